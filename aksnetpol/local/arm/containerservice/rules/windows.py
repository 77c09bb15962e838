"""Which Windows credentials AKS takes (aks-facts, section 4)."""

import re
from dataclasses import dataclass, field

from aksnetpol.local.arm.containerservice.rules.rule import Rule, modelled

_USER = "windowsProfile.adminUsername"
_PASSWORD = "windowsProfile.adminPassword"
_CLASSES = tuple(re.compile(expression) for expression in ("[a-z]", "[A-Z]", "[0-9]", r"[\W_]"))
_FORBIDDEN_CHARACTERS = set('\\/"[]:|<>+=;,?*@')
_SOURCE = "azure-mgmt-containerservice, ManagedClusterWindowsProfile"
_USERS_REFUSED = """
    administrator admin user user1 test user2 test1 user3 admin1 1 123 a actuser adm admin2 aspnet backup
    console david guest john owner root server sql support support_388945a0 sys test2 test3 user4 user5
"""
_FORBIDDEN_USERS = frozenset(_USERS_REFUSED.split())
_PASSWORDS_REFUSED = """
    abc@123 P@$$w0rd P@ssw0rd P@ssword123 Pa$$word pass@word1 Password! Password1 Password22 iloveyou!
"""
_FORBIDDEN_PASSWORDS = frozenset(_PASSWORDS_REFUSED.split())


@dataclass(frozen=True)
class Credentials:
    """What a request says about the Windows administrator.

    Args:
        user: adminUsername.
        password: adminPassword; None where an update leaves it as it is.
    """

    user: str
    password: str | None = field(repr=False)


def _password_classes(password: str) -> int:
    return sum(expression.search(password) is not None for expression in _CLASSES)


RULES: tuple[Rule[Credentials], ...] = (
    modelled(
        "windows-user-length",
        lambda s: not 1 <= len(s.user) <= 20,
        "adminUsername must have 1 to 20 characters.",
        _SOURCE,
        _USER,
    ),
    modelled(
        "windows-user-characters",
        lambda s: s.user.endswith(".") or bool(_FORBIDDEN_CHARACTERS & set(s.user)),
        'adminUsername must not end in "." nor hold any of \\/"[]:|<>+=;,?*@',
        _SOURCE,
        _USER,
    ),
    modelled(
        "windows-user-forbidden",
        lambda s: s.user.lower() in _FORBIDDEN_USERS,
        "adminUsername is one of the disallowed names.",
        _SOURCE,
        _USER,
    ),
    Rule(
        "windows-password-length",
        lambda s: s.password is not None and not 14 <= len(s.password) <= 123,
        "WindowsProfilePasswordInvalid",
        "Invalid adminPassword. Error: Length of password is invalid. Required length: [14, 123]. "
        "Minimum password length required by AKS for AzSecPack is longer. ",
        "microsoft/bedrock#1452",
        _PASSWORD,
    ),
    modelled(
        "windows-password-classes",
        lambda s: s.password is not None and _password_classes(s.password) < 3,
        "adminPassword needs three of: lower case, upper case, digit, special character.",
        _SOURCE,
        _PASSWORD,
    ),
    modelled(
        "windows-password-forbidden",
        lambda s: s.password is not None and s.password in _FORBIDDEN_PASSWORDS,
        "adminPassword is one of the disallowed values.",
        _SOURCE,
        _PASSWORD,
    ),
)
