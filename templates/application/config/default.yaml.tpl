# What holds everywhere. `npx daemonry config` shows every value and where it comes from.
shutdown:
  grace: 25s

# The runs of this and of earlier processes, in the state database: `app.history.query()`.
history:
  keep: 30d

# Says who holds the event loop up, and tells systemd that it turns.
watchdog:
  after: 2s

greeter:
  greeting: Hello
