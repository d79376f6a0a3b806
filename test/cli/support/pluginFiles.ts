/** An installed package `name` that brings a plugin of the same name. The application has to name it as a dependency. */
export const pluginFiles = (name: string, text: string, engine = '*'): Readonly<Record<string, string>> => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: '1.2.3',
    daemonry: { name, plugin: './plugin.js', engine },
  }),
  [`node_modules/${name}/plugin.js`]: text,
});
