# {{kebab}}

A plugin for [daemonry](https://www.npmjs.com/package/daemonry) applications. It is loaded by those that install it and name it:

```yaml
plugins:
  enabled: [{{kebab}}]
```

```sh
npm run build
```
