"""Surveys and hearings: what is asked (`forms`, `xlsform`), the box with its ballots (`box`), proposals and statements
(`hearings`), and what holds them together: a survey's life, who may answer, launching, invitations and the feed."""
