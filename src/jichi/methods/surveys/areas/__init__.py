"""Small areas: wards with too few answers to stand alone."""
