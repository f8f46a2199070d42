"""Pages of the city room: people, departments, trail, invitation. They read, ask a service, and show."""
