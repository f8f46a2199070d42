"""Running the site: the supervisor, the web server and the worker as one tree of processes."""
