"""Preview features (Microsoft.Features), by the legacy and by the new paths."""
