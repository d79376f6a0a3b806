{
  "name": "{{kebab}}",
  "version": "0.1.0",
  "private": true,
  "type": "commonjs",
  "main": "./dist/plugin.js",
  "types": "./dist/plugin.d.ts",
  "files": [
    "dist"
  ],
  "daemonry": {
    "name": "{{kebab}}",
    "plugin": "./dist/plugin.js",
    "engine": "{{engine}}"
  },
  "scripts": {
    "build": "tsc",
    "prepack": "tsc"
  },
  "peerDependencies": {
    "daemonry": "{{engine}}"
  }
}
