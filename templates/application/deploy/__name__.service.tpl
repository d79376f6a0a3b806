[Unit]
Description={{name}}
Wants=network-online.target
After=network-online.target

[Service]
# The watchdog says when it has started, and every half of WatchdogSec that its event loop turns.
Type=notify
NotifyAccess=all
WatchdogSec=30
User={{name}}
WorkingDirectory=/opt/{{name}}
ExecStart=/usr/bin/node --enable-source-maps dist/src/main.js
Environment=NODE_ENV=production
Environment=DAEMONRY__WEB__HOST=127.0.0.1
StateDirectory={{name}}
Environment=DAEMONRY__STATE__DIRECTORY=/var/lib/{{name}}
# More than shutdown.delay + shutdown.grace; then systemd kills it.
TimeoutStopSec=40
KillMode=mixed
Restart=on-failure
RestartSec=5
# An invalid configuration or plan does not get better by trying again.
RestartPreventExitStatus=2
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true

[Install]
WantedBy=multi-user.target
