"""Users and passwords in URLs, which no output of ours may hold."""

import re

# User and password in a URL (RFC 3986, 3.2.1). In http a user alone may be a token; elsewhere it is a login.
URL_CREDENTIALS = re.compile(
    r"""(?:(?<=http://)|(?<=https://)|(?<=://)(?=[^/\s?#"@]*:))[^/\s?#"]+(?=@)""", re.I
)
