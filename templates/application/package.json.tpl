{
  "name": "{{name}}",
  "version": "0.1.0",
  "private": true,
  "type": "commonjs",
  "engines": {
    "node": "^20.19.0 || ^22.13.0 || >=24"
  },
  "daemonry": {
    "entry": "src/main.ts"
  },
  "scripts": {
    "dev": "daemonry run",
    "plan": "daemonry plan",
    "check": "daemonry check",
    "test": "jest",
    "typecheck": "tsc",
    "build": "tsc -p tsconfig.build.json",
    "start": "daemonry run dist/src/main.js"
  },
  "dependencies": {
    "@daemonry/modules": "{{modules}}",
    "class-validator": "{{classValidator}}",
    "daemonry": "{{daemonry}}",
    "fastify": "^5.12.8",
    "inversify": "{{inversify}}",
    "reflect-metadata": "{{reflectMetadata}}"
  },
  "optionalDependencies": {
    "@photostructure/sqlite": "^1.2.1"
  },
  "devDependencies": {
    "@types/jest": "^30.0.0",
    "@types/node": "^20.19.0",
    "jest": "^30.5.2",
    "ts-node": "^10.9.2",
    "typescript": "~6.0.3"
  },
  "overrides": {
    "light-my-request": "6.6.0",
    "unrs-resolver": "1.12.2"
  },
  "allowScripts": {
    "@parcel/watcher": false,
    "@photostructure/sqlite": true,
    "unrs-resolver": false
  }
}
