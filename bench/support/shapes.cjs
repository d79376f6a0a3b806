'use strict';

const SERVICES = 10;

/**
 * The applications that are booted: so many daemons, and what the constructor of each one takes, by index.
 * @type {Record<string, (index: number) => { daemons: number[], services: number[] }>}
 */
const SHAPES = {
  // Three daemons that were declared before it; the first ones have fewer to choose from.
  daemons: (index) => ({
    daemons: index === 0 ? [] : [...new Set([2, 3, 5].map((by) => Math.floor(index / by)))],
    services: [],
  }),
  // Three of ten shared services.
  services: (index) => ({ daemons: [], services: [0, 3, 5].map((step) => (index + step) % SERVICES) }),
  none: () => ({ daemons: [], services: [] }),
};

/** Evaluates the declarations of so many classes, a hundred at a time, as files with a hundred classes each would do it. */
function evaluate(count, tally, source) {
  const classes = [];
  for (let from = 0; from < count; from += 100) {
    const sources = [];
    for (let index = from; index < Math.min(from + 100, count); index++) sources.push(source(index));
    classes.push(...new Function('tally', `'use strict'; return [${sources.join(',\n')}];`)(tally));
  }
  return classes;
}

function constructorOf(names) {
  return `constructor(${names.join(', ')}) { ${names.map((name) => `this.${name} = ${name};`).join(' ')} }`;
}

/**
 * Declares the classes of one application: real declarations with bodies of their own, the same for every framework but for
 * the name of the startup hook. `tally.started` counts the daemons that have started.
 * @param {string} shape one of `SHAPES`
 * @param {number} size how many daemons
 * @param {string} hook the method that the framework calls at the start
 */
function declareClasses(shape, size, hook) {
  const dependenciesOf = SHAPES[shape];
  if (dependenciesOf === undefined) throw new Error(`no shape ${shape}: ${Object.keys(SHAPES).join(', ')}`);
  const tally = { started: 0 };
  const services = evaluate(shape === 'services' ? SERVICES : 0, tally, (index) => `class Service${index} {}`).map(
    (Class, index) => ({ name: `service${index}`, Class, dependencies: [] }),
  );
  const daemons = evaluate(size, tally, (index) => {
    const needs = dependenciesOf(index);
    const names = [...needs.daemons.map((of) => `daemon${of}`), ...needs.services.map((of) => `service${of}`)];
    return `class Daemon${index} {
      ${names.length === 0 ? '' : constructorOf(names)}
      async ${hook}() { this.isStarted = true; tally.started++; }
      tick() {}
    }`;
  }).map((Class, index) => ({ name: `daemon${index}`, Class, dependencies: [] }));
  for (const [index, daemon] of daemons.entries()) {
    const needs = dependenciesOf(index);
    daemon.dependencies = [...needs.daemons.map((of) => daemons[of]), ...needs.services.map((of) => services[of])];
  }
  return { tally, services, daemons };
}

module.exports = { declareClasses };
