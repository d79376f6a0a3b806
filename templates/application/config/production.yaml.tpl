# NODE_ENV=production
logging:
  format: json

# Between "not ready" and the stop, so that nothing is sent here any more. Together with shutdown.grace it has to fit
# into what deploy/ gives the stop: a test compares them.
shutdown:
  delay: 5s

# The probes come from outside the container. The API asks for no credentials: let nobody else in.
web:
  host: 0.0.0.0

listeners:
  greeter:
    interval: 1m
