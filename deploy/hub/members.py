"""Who comes in by password, and who of them instructs: what the machine's groups say today."""

import os
import pwd

from jupyterhub.auth import PAMAuthenticator
from traitlets import Unicode


class Members(PAMAuthenticator):
    """Accounts of the machine in the course's groups.

    The groups are looked up at each login and, for who is in, as often as ``auth_refresh_age``
    says: who is taken out of one is not an instructor any more, or out.
    """

    instructors = Unicode("optimizers-instructors", config=True, help="A Unix group.")

    async def authenticate(self, handler, data):
        """Return who has that password, and the groups of the Hub's that they are in."""
        name = await super().authenticate(handler, data)
        return name and {"name": name, "groups": self._groups(name)}

    async def refresh_user(self, user, handler=None):
        """Return what holds now; nothing for who has left the course."""
        if not self.system_user_exists(user) or not self.check_allowed(user.name):
            return False
        return {"groups": self._groups(user.name)}

    def _groups(self, name):
        theirs = os.getgrouplist(name, pwd.getpwnam(name).pw_gid)
        return ["instructors"] if self._getgrnam(self.instructors).gr_gid in theirs else []
