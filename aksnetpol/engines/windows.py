"""Rules on the Windows administrator's name and password."""

import re

from aksnetpol.engines.model import Cluster, NetworkPlugin
from aksnetpol.engines.rule import ClusterRule

_SOURCE = "azure-mgmt-containerservice 41.8.0, ManagedClusterWindowsProfile"
_USER_NAMES = frozenset(
    [
        "administrator",
        "admin",
        "user",
        "user1",
        "test",
        "user2",
        "test1",
        "user3",
        "admin1",
        "1",
        "123",
        "a",
        "actuser",
        "adm",
        "admin2",
        "aspnet",
        "backup",
        "console",
        "david",
        "guest",
        "john",
        "owner",
        "root",
        "server",
        "sql",
        "support",
        "support_388945a0",
        "sys",
        "test2",
        "test3",
        "user4",
        "user5",
    ]
)
_PASSWORDS = frozenset(
    [
        "abc@123",
        "P@$$w0rd",
        "P@ssw0rd",
        "P@ssword123",
        "Pa$$word",
        "pass@word1",
        "Password!",
        "Password1",
        "Password22",
        "iloveyou!",
    ]
)
_CLASSES = (r"[a-z]", r"[A-Z]", r"\d", r"[\W_]")
SHORTEST_PASSWORD, LONGEST_PASSWORD, NEEDED_CLASSES = 14, 123, 3


def password_classes(password: str) -> int:
    """How many of lower case, upper case, digit and special characters a password has."""
    return sum(re.search(pattern, password) is not None for pattern in _CLASSES)


def _name(c: Cluster) -> str:
    return c.windows_admin_username or "azureuser"


def _password_length_wrong(c: Cluster) -> bool:
    password = c.windows_admin_password
    return password is not None and not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD


WINDOWS_PROFILE = (
    ClusterRule(
        "windows-profile-needs-azure-cni",
        "windows",
        lambda c: c.windows_admin_username is not None and c.network_plugin is not NetworkPlugin.AZURE,
        "Windows nodes need Azure CNI, and a cluster on {c.network_plugin} refuses even their administrator.",
        "Remove windows, or set networkPlugin to azure.",
        "AKS error AzureCNIOnlyForWindows: Azure/AKS#1076, Azure/AKS#2839",
    ),
    ClusterRule(
        "windows-user-length",
        "windows.adminUsername",
        lambda c: c.windows_admin_username is not None and not 1 <= len(_name(c)) <= 20,
        "The Windows user name has 1 to 20 characters.",
        "Shorten it; it cannot be changed later.",
        _SOURCE,
    ),
    ClusterRule(
        "windows-user-characters",
        "windows.adminUsername",
        lambda c: re.search(r'[\\/"\[\]:|<>+=;,?*@ ]', _name(c)) is not None or _name(c).endswith("."),
        "The Windows user name {c.windows_admin_username!r} has a character that Windows refuses.",
        'Leave out \\ / " [ ] : | < > + = ; , ? * @ and spaces, and a dot at the end.',
        "Azure CLI 2.91, vm/_validators.py",
    ),
    ClusterRule(
        "windows-user-reserved",
        "windows.adminUsername",
        lambda c: _name(c).lower() in _USER_NAMES,
        "The Windows user name {c.windows_admin_username!r} is not allowed.",
        "Choose another one, such as azureuser.",
        _SOURCE,
    ),
    ClusterRule(
        "windows-password-length",
        "windowsAdminPassword",
        _password_length_wrong,
        "The Windows password needs 14 to 123 characters.",
        "Choose a longer one, or leave it out: it is then generated.",
        "AKS error WindowsProfilePasswordInvalid",
    ),
    ClusterRule(
        "windows-password-classes",
        "windowsAdminPassword",
        lambda c: (
            c.windows_admin_password is not None
            and password_classes(c.windows_admin_password) < NEEDED_CLASSES
        ),
        "The Windows password needs three of: lower case, upper case, digit, special character.",
        "Choose another one, or leave it out: it is then generated.",
        _SOURCE,
    ),
    ClusterRule(
        "windows-password-forbidden",
        "windowsAdminPassword",
        lambda c: c.windows_admin_password in _PASSWORDS,
        "The Windows password is on Azure's list of forbidden ones.",
        "Choose another one, or leave it out: it is then generated.",
        _SOURCE,
    ),
)
