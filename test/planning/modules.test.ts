import { injectable } from 'inversify';

import { Listener } from '../../decorators/listeners';
import { defineModule, type ModuleDefinition } from '../../src/contracts/ModuleDefinition';
import { planOf, problemOf } from './support/planOf';

@injectable()
class Ledger {}

@injectable()
class Invoices {
  constructor(readonly ledger: Ledger) {}
}

@Listener()
class Billing {
  constructor(readonly invoices: Invoices) {}
}

@Listener()
class Shipping {
  constructor(readonly ledger: Ledger) {}
}

/** A module that only says in which order it was bound. */
function given(): {
  bound: string[];
  moduleOf: (name: string, ...needs: readonly ModuleDefinition[]) => ModuleDefinition;
} {
  const bound: string[] = [];
  return { bound, moduleOf: (name, ...needs) => defineModule(name, { needs, bind: () => void bound.push(name) }) };
}

describe('A module made by defineModule', () => {
  it('is loaded once, however many modules need it, and before those', async () => {
    const ledger = defineModule('ledger', { bind: ({ bind }) => void bind(Ledger).toSelf() });
    const billing = defineModule('billing', {
      needs: [ledger],
      bind: ({ bind }) => {
        bind(Invoices).toSelf();
        bind(Billing).toSelf();
      },
    });
    const shipping = defineModule('shipping', { needs: [ledger], bind: ({ bind }) => void bind(Shipping).toSelf() });

    const { plan, container } = await planOf({ modules: [billing, shipping] });

    expect(plan.order).toEqual(['billing', 'shipping']);
    expect((container.resolve(Billing) as Billing).invoices.ledger).toBe(
      (container.resolve(Shipping) as Shipping).ledger,
    );
  });

  it('is loaded once when it is listed twice, and when it is listed after what needs it', async () => {
    const { bound, moduleOf } = given();
    const ledger = moduleOf('ledger');
    const billing = moduleOf('billing', ledger);

    await planOf({ modules: [billing, ledger, billing] });

    expect(bound).toEqual(['ledger', 'billing']);
  });

  it('is loaded where it is listed, after what it needs in the order that it gives', async () => {
    const { bound, moduleOf } = given();
    const [a, b] = [moduleOf('a'), moduleOf('b')];

    await planOf({ modules: [moduleOf('first'), moduleOf('second', b, a), moduleOf('third', a)] });

    expect(bound).toEqual(['first', 'b', 'a', 'second', 'third']);
  });

  it('may bind asynchronously', async () => {
    const ledger = defineModule('ledger', {
      bind: async ({ bind }) => {
        await Promise.resolve();
        bind(Ledger).toSelf();
      },
    });

    const { container } = await planOf({ modules: [ledger] });

    expect(container.resolve(Ledger)).toBeInstanceOf(Ledger);
  });

  it('is frozen, with a copy of what it needs', () => {
    const { moduleOf } = given();
    const needs = [moduleOf('a')];
    const module = defineModule('b', { needs, bind: () => undefined });
    needs.pop();

    expect(Object.isFrozen(module)).toBe(true);
    expect(module.needs.map(({ name }) => name)).toEqual(['a']);
  });

  it('stands in the plan, with what it needs and what needs it, in load order', async () => {
    const { moduleOf } = given();
    const ledger = moduleOf('ledger');

    const { plan } = await planOf({ modules: [moduleOf('billing', ledger), moduleOf('shipping', ledger)] });

    expect(JSON.parse(JSON.stringify(plan))).toMatchObject({
      modules: [
        { name: 'ledger', listed: false, needs: [], neededBy: ['billing', 'shipping'] },
        { name: 'billing', listed: true, needs: ['ledger'], neededBy: [] },
        { name: 'shipping', listed: true, needs: ['ledger'], neededBy: [] },
      ],
    });
    expect(plan.toText()).toContain(
      [
        'Modules',
        '  ledger    needed by billing, shipping',
        '  billing   listed                       needs ledger',
        '  shipping  listed                       needs ledger',
      ].join('\n'),
    );
  });

  it('hides a different one of the same name that is only needed, when the application lists it', async () => {
    const { bound, moduleOf } = given();
    const own = defineModule('ledger', { bind: () => void bound.push('own ledger') });

    await planOf({ modules: [moduleOf('billing', moduleOf('ledger')), own] });

    expect(bound).toEqual(['own ledger', 'billing']);
  });
});

describe('A problem of the plan is', () => {
  it('two different modules of one name that are both listed, with both places', async () => {
    const { moduleOf } = given();

    expect(await problemOf({ modules: [moduleOf('ledger'), moduleOf('ledger')] })).toMatchObject({
      code: 'AMBIGUOUS_MODULE',
      what: 'Two different modules have the name "ledger".',
      facts: { first: 'modules[0]', second: 'modules[1]' },
    });
  });

  it('two different modules of one name that are both only needed, with what needs them', async () => {
    const { moduleOf } = given();
    const modules = [moduleOf('billing', moduleOf('ledger')), moduleOf('shipping', moduleOf('ledger'))];

    expect(await problemOf({ modules })).toMatchObject({
      code: 'AMBIGUOUS_MODULE',
      facts: { first: 'needed by "billing"', second: 'needed by "shipping"' },
    });
  });

  it('a circle of needs, with its path', async () => {
    const { moduleOf } = given();
    // The listed "a" takes the place of the one that "c" needs.
    const listed = moduleOf('a', moduleOf('b', moduleOf('c', moduleOf('a'))));

    expect(await problemOf({ modules: [moduleOf('before', listed), listed] })).toMatchObject({
      code: 'MODULE_CYCLE',
      facts: { path: 'a -> b -> c -> a' },
    });
  });

  it('a name that is not made of lower-case words', async () => {
    const { moduleOf } = given();

    expect(await problemOf({ modules: [moduleOf('Order-Ledger')] })).toMatchObject({
      code: 'INVALID_NAME',
      what: '"Order-Ledger" cannot be the name of a module.',
      facts: { module: 'modules[0]' },
    });
  });

  it('a need that is no module, as a circular import leaves behind', async () => {
    const { moduleOf } = given();

    expect(await problemOf({ modules: [moduleOf('billing', undefined as never)] })).toMatchObject({
      code: 'MODULE_FAILED',
      what: 'The module "billing" needs something that is no module.',
      facts: { given: 'undefined: a circular import, or a misspelt name' },
    });
  });

  it('a module that throws, by its name', async () => {
    const broken = defineModule('broken', {
      bind: () => {
        throw new Error('no licence');
      },
    });

    expect(await problemOf({ modules: [broken] })).toMatchObject({
      code: 'MODULE_FAILED',
      what: 'modules[broken] threw while it was loaded: no licence',
    });
  });
});
