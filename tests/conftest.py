"""What holds for every test."""

from hypothesis import HealthCheck, settings

# A machine under load is slow now and then; that says nothing about the code.
settings.register_profile("aksnetpol", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("aksnetpol")
