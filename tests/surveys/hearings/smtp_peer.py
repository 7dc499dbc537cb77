"""A mail server that speaks SMTP as servers do (RFC 5321), keeps what it was given, and refuses when it is told to."""

import asyncio
import email
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class SmtpPeer:
    """Letters that came, and the answers to RCPT that come first."""

    letters: list[EmailMessage] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    port: int = 0
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(f"{line}\r\n".encode())

        say("220 peer.test ESMTP")
        sender = recipient = ""
        while line := (await reader.readline()).decode().strip():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                say("250-peer.test")
                say("250-AUTH PLAIN")
                say("250 8BITMIME")
            elif verb == "HELO":
                say("250 peer.test")
            elif verb == "AUTH":
                self.logins.append(line.split(" ")[2])
                say("235 2.7.0 welcome")
            elif verb == "MAIL":
                sender = line[len("MAIL FROM:") :].split(" ")[0]
                say("250 2.1.0 go on")
            elif verb == "RCPT":
                if self.refusals:
                    say(self.refusals.pop(0))
                    continue
                recipient = line[len("RCPT TO:") :]
                say("250 2.1.5 go on")
            elif verb == "DATA":
                if not (sender and recipient):
                    say("503 5.5.1 first MAIL and RCPT")
                    continue
                say("354 end with a dot")
                lines = []
                while (one := await reader.readline()) != b".\r\n":
                    lines.append(one[1:] if one.startswith(b".") else one)
                found = email.message_from_bytes(b"".join(lines), policy=default)
                assert isinstance(found, EmailMessage)
                self.letters.append(found)
                say("250 2.0.0 kept")
            elif verb == "RSET":
                sender = recipient = ""
                say("250 2.0.0 go on")
            elif verb == "QUIT":
                say("221 2.0.0 bye")
                break
            else:
                say("502 5.5.2 what?")
        await writer.drain()
        writer.close()
