# What holds everywhere. `npx daemonry config` shows every value and where it comes from.
shutdown:
  grace: 25s

greeter:
  greeting: Hello
