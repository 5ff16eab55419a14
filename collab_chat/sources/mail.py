"""Notices by e-mail, through the operator's own server."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from common.errors import Unavailable
from common.i18n import gettext as _

TIMEOUT = 15.0  # seconds


@dataclass(frozen=True)
class MailServer:
    """Where e-mail is handed over, as the settings say."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    user: str = ""
    password: str = ""


def send_mail(
    server: MailServer, to: str, subject: str, text: str, *, context: ssl.SSLContext | None = None
) -> None:
    """Hand a letter over. `context`: which authorities are trusted; the system's.

    Raises:
        Unavailable: the server cannot be reached, or refuses.
    """
    letter = EmailMessage(policy=SMTP)
    letter["From"], letter["To"] = server.sender, to
    letter["Subject"] = " ".join(subject.split())
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
    letter.set_content(text)
    trust = context or ssl.create_default_context()
    try:
        with _opened(server, trust) as smtp:
            if server.security == "starttls":
                smtp.starttls(context=trust)
            if server.user:
                smtp.login(server.user, server.password)
            smtp.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(
            _("The mail server did not take it: %(why)s") % {"why": str(error)[:200]}
        ) from error


def _opened(server: MailServer, trust: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trust)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
