# On the machine of a developer: no DAEMONRY_ENV and no NODE_ENV.
logging:
  level: debug
