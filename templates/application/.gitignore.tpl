node_modules/
dist/
state/
coverage/
*.tsbuildinfo
.env
