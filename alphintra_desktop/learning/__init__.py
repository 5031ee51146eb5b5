"""From features to models: datasets, models, training that never sees what it is judged on."""
