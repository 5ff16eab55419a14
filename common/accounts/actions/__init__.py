"""The only code that writes people, sign-ins, invitations and tokens."""
