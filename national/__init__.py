"""What the nation's services know, asked for by this server on behalf of whoever looks."""
