"""Names of resources that the program leaves unnamed."""

import uuid

from aksnetpol.local.providers.naming import Naming


def test_a_seed_repeats_the_name() -> None:
    assert Naming(b"seed").random("aks") == Naming(b"seed").random("aks")
    assert Naming(b"seed").random("aks") != Naming(b"other").random("aks")


def test_without_a_seed_names_differ() -> None:
    names = {Naming().random("aks") for _ in range(20)}
    assert len(names) == 20
    assert all(name.startswith("aks") and len(name) == len("aks") + 8 for name in names)


def test_a_proposed_name_is_taken_as_it_is_but_not_for_a_guid() -> None:
    naming = Naming(b"seed", proposed="team-aks")
    assert naming.random("aks") == "team-aks"
    assert uuid.UUID(naming.guid())
    assert naming.guid() == Naming(b"seed").guid()
