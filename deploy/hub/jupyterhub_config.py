"""A class's JupyterHub on one machine; `start` puts it into /srv/optimizers/hub and runs it.

Accounts are the machine's own. Members of the Unix group ``optimizers`` are the class; those of
``optimizers-instructors`` may besides open the server of the account ``optimizers-course``, which
has formgrader, the gradebook and `course grade`, and which nobody can log in to.
Where there is a /srv/optimizers/staff/lti.toml, a learning platform says who is who instead.
What this machine needs otherwise (address, certificate) stands in /etc/optimizers-hub.py.
"""

import os
import sys
from pathlib import Path

from course_utils.app.lab import lab_environment

c = get_config()  # noqa: F821 - given by JupyterHub

_srv = Path("/srv/optimizers")
_account = "optimizers-course"
_site = Path("/etc/optimizers-hub.py")
_platform = _srv / "staff/lti.toml"

sys.path.insert(0, str(_srv / "hub"))
from fair_spawner import FairSpawner  # noqa: E402 - found there, as is launch

# ------------------------------------------------------------------------------------- the Hub
# Passwords go through it: without a certificate only this machine itself is answered. Ports below
# 1024, so that no student's program can stand there while the Hub does not.
c.JupyterHub.bind_url = "http://127.0.0.1:800"
c.JupyterHub.hub_port = 801
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:802"
c.JupyterHub.db_url = f"sqlite:///{_srv}/state/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(_srv / "state/cookie_secret")
c.ConfigurableHTTPProxy.command = [str(_srv / "hub/node_modules/.bin/configurable-http-proxy")]
c.ConfigurableHTTPProxy.pid_file = str(_srv / "state/proxy.pid")
# Users' servers outlive the Hub, and it finds them again.
c.JupyterHub.cleanup_servers = False

# ------------------------------------------------------------------------------------ who is who
c.LocalAuthenticator.allowed_groups = {"optimizers", "optimizers-instructors"}
c.Authenticator.allowed_users = {_account}  # so that the Hub knows it; it has no password
# Who was in the course before is not, if the groups say so now: looked up again each minute.
c.Authenticator.allow_existing_users = False
c.Authenticator.manage_groups = True  # the Hub's own group of instructors
c.Authenticator.auth_refresh_age = 60
c.Authenticator.auth_refresh_strict = True
if _platform.is_file():
    from launch import CourseLaunch, read_platform

    platform = read_platform(_platform)
    c.JupyterHub.authenticator_class = CourseLaunch
    c.LTI13Authenticator.issuer = platform["issuer"]
    c.LTI13Authenticator.client_id = {platform["client_id"]}
    c.LTI13Authenticator.authorize_url = platform["authorize_url"]
    c.LTI13Authenticator.jwks_endpoint = platform["jwks_url"]
    c.LTI13Authenticator.username_key = "custom_username"
    c.OneCourse.deployment_id = platform["deployment_id"]
    c.OneCourse.context = platform["context"]
    c.CourseLaunch.launches = str(_platform.with_name("launches.jsonl"))
    c.CourseLaunch.key = str(_platform.with_name("lti-key.pem"))
    c.CourseLaunch.enrol = str(_srv / "hub/enrol")
else:
    from members import Members

    c.JupyterHub.authenticator_class = Members
c.JupyterHub.load_roles = [
    {
        "name": "instructor",
        "groups": ["instructors"],
        "scopes": [
            f"servers!user={_account}",
            f"access:servers!user={_account}",
            "admin-ui",  # who is there, and to stop a server; not to read in it
            "list:users",
            "read:servers",
            "delete:servers",
        ],
    },
]

# ---------------------------------------------------------------------------------- users' servers
c.JupyterHub.spawner_class = FairSpawner
c.Spawner.cmd = [str(_srv / "hub/server")]
c.Spawner.mem_limit = "2G"
# A class that comes in at once on few cores: the last server waits for all the others.
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
c.Spawner.default_url = "/lab/tree/optimizers/README.md"


def _environment(course, *, instructor=False):
    """Return what tells Jupyter, nbgrader and git how the course is set up."""
    scripts = [f"{course}/.venv/bin", "/usr/local/bin", "/usr/bin", "/bin"]
    environment = lab_environment(course, instructor=instructor)
    return environment | {
        "PATH": os.pathsep.join(scripts),
        "JUPYTER_CONFIG_PATH": f"{_srv}/hub:{environment['JUPYTER_CONFIG_PATH']}",
        "GIT_CONFIG_SYSTEM": f"{_srv}/hub/gitconfig",
    }


def _for_the_course_account(spawner):
    """Give the course's own account the instructors' half, and the folder that holds its grades."""
    if spawner.user.name != _account:
        return
    staff = _srv / "staff"
    spawner.environment = _environment(staff / "course", instructor=True)
    spawner.environment["COURSE_ROOT"] = str(staff / "grading")
    spawner.notebook_dir = str(staff)  # formgrader wants the sources and the grades below it
    spawner.default_url = "/lab/tree/course/solutions/README.md"
    spawner.mem_limit = None  # it grades a class


c.Spawner.environment = _environment(_srv / "course")
c.Spawner.pre_spawn_hook = _for_the_course_account

if _site.is_file():
    load_subconfig(str(_site))  # noqa: F821 - given by JupyterHub
