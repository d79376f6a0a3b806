# {{name}}

A [daemonry](https://www.npmjs.com/package/daemonry) application: listeners that start in order, tick on a schedule and stop cleanly.

```sh
npm install && npm test   # commit the package-lock.json that this makes
npm run dev               # http://127.0.0.1:9119/readyz; Ctrl-C stops it
npm run plan              # show what will start, in which order, and why
npm run check             # report all problems before it is deployed
```

| folder        | holds                                                                               |
| ------------- | ----------------------------------------------------------------------------------- |
| `src/`        | the listeners and their settings; `listeners.ts` and `modules.ts` list what is used |
| `modules/`    | container modules: services, each in a folder of its own                            |
| `decorators/` | named schedules and policies of this application                                    |
| `config/`     | the configuration: `default.yaml`, and one file an environment                      |
| `test/`       | tests under a virtual clock                                                         |
| `deploy/`     | a systemd unit and a Kubernetes manifest; the `Dockerfile` is beside this file      |

Runs are kept in `state/{{name}}.db` (`history` in `config/default.yaml`). Node 22.13 and later read it by themselves; for Node 20 there
is `@photostructure/sqlite` among the optional dependencies, 29 MB, which may go where no Node 20 runs.

## Add to it

```sh
npx daemonry generate listener order-sync
npx daemonry generate settings order-sync
npx daemonry generate module order-store
npx daemonry generate plugin audit
```

## Deploy it

```sh
npm run build && docker build -t {{name}}:0.1.0 .
kubectl apply -f deploy/kubernetes.yaml
```

Exit codes: 0 clean · 1 it failed · 2 its configuration or plan is invalid · 3 a shutdown failed, timed out or was cut.
