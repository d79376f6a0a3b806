# What holds everywhere. `npx daemonry config` shows every value and where it comes from.
shutdown:
  grace: 25s

# The runs of this and of earlier processes, in the state database: `app.history.query()`.
history:
  keep: 30d

greeter:
  greeting: Hello
