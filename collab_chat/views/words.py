"""What the room's script says, in the reader's language."""

from collab_chat.schemas.events import MAX_TEXT
from common.i18n import gettext as _


def script_words() -> dict[str, str]:
    """Return the sentences by the names that `frontend/modules/room/` uses."""
    return {
        "live": _("Connected"),
        "connecting": _("Connecting…"),
        "reconnecting": _("Reconnecting…"),
        "offline": _("You are offline."),
        "slow": _("Connected by a slower way."),
        "waiting_one": _("1 message waits to be sent."),
        "waiting_many": _("{count} messages wait to be sent."),
        "gone": _("You are not in this room any more."),
        "signed_out": _("You are signed out. What you write here is kept and sent once you are back."),
        "sign_in": _("Sign in"),
        "sending": _("Being sent"),
        "refused": _("Not sent: {why}"),
        "again": _("Send again"),
        "edit": _("Edit"),
        "discard": _("Discard"),
        "too_long": _("A message takes at most %(most)s characters; send longer texts as a file.")
        % {"most": MAX_TEXT},
        "typing_one": _("{who} is writing…"),
        "typing_many": _("{who} are writing…"),
        "here": _("here now"),
        "new_line": _("New since you left"),
        "emoji": _("Emoji"),
        "new_one": _("1 new message"),
        "new_many": _("{count} new messages"),
        "said": _("{who}: {text}"),
        "said_many": _("{count} new messages from {who}"),
        "reply_one": _("1 reply"),
        "reply_many": _("{count} replies"),
        "editing": _("You are editing your message. Escape keeps it as it was."),
        "quoting": _("Quoted in your next message"),
        "copied": _("The link was copied."),
        "uploading": _("Uploading {name}: {percent} %"),
        "uploaded": _("{name} is attached to your next message."),
        "still_uploading": _("{name} is still being uploaded. Send once it is there, or take it away."),
        "upload_failed": _("{name} was not taken: {why}"),
        "remove": _("Take {name} away"),
        "updated": _("This part has changed. Show it anew"),
        "removed": _("This message was removed. The record shows that it was here, not what it said."),
        "edited_now": _("The message was changed."),
        "nothing_own": _("You have written nothing here that could be edited."),
        "everybody": _("everybody in the room"),
        "role": _("everybody with this role"),
        "no_room": _("No room has such a name."),
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "failed": _("This did not work. Nothing that you typed is lost; try again in a moment."),
        "react": _("React with {emoji}"),
        "only_you": _("Only you see this."),
        "list_of": _("Suggestions: arrow keys choose, Enter takes one"),
    }
