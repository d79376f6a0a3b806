import { ContainerModule, injectable, inject } from 'inversify';

import { Available } from '../../decorators/Available';
import { BackgroundDaemon } from '../../decorators/listeners';
import type { Availability } from '../../src/contracts/Availability';
import { type Class, daemon, service } from './support/classes';
import { planOf, problemOf } from './support/planOf';

const orderOf = async (...listeners: Class[]): Promise<string> => (await planOf({ listeners })).plan.order.join(' ');

describe('the start order', () => {
  it('is that of registration without edges: listeners, then modules in bind order', async () => {
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((name) => daemon(name)) as [Class, Class, Class, Class];
    const modules = [
      new ContainerModule(({ bind }) => void bind(d).toSelf()),
      new ContainerModule(({ bind }) => void bind(a).toSelf()),
    ];
    const { plan, listeners, daemons } = await planOf({ listeners: [c, b], modules });
    expect(plan.order).toEqual(['c', 'b', 'd', 'a']);
    expect(listeners.list().map(({ name }) => name)).toEqual(['c', 'b', 'd', 'a']);
    expect(daemons.list().map(({ name }) => name)).toEqual(['c', 'b', 'd', 'a']);
  });

  it('puts what is injected first, and else the lowest registration goes next', async () => {
    const database = daemon('Database');
    const cache = daemon('Cache', {}, database);
    const mail = daemon('Mail', {}, database);
    const sync = daemon('Sync', {}, cache, mail);
    const alone = daemon('Alone');
    expect(await orderOf(sync, mail, alone, cache, database)).toBe('alone database mail cache sync');
  });

  it('follows a binding for one parent from that parent only: what others are given is no circle', async () => {
    const TOKEN = Symbol('sink');
    const plain = service('PlainSink');
    const a = daemon('A', {}, Object);
    inject(TOKEN)(a, undefined, 0);
    const overA = service('SinkOverA', a);
    const b = daemon('B', {}, Object);
    inject(TOKEN)(b, undefined, 0);
    const sinks = new ContainerModule(({ bind }) => {
      bind(TOKEN).to(overA).whenParentIs(b);
      bind(TOKEN).to(plain).whenAnyAncestorIs(a);
    });

    const { plan } = await planOf({ listeners: [b, a], modules: [sinks] });

    expect(plan.order).toEqual(['a', 'b']);
  });

  it('sees through any number of ordinary services, and says the path', async () => {
    const database = daemon('Database');
    const pool = service('Pool', database);
    const store = service('Store', pool);
    const sync = daemon('Sync', {}, store);
    const { plan } = await planOf({ listeners: [sync, database], services: [store, pool] });
    expect(plan.order).toEqual(['database', 'sync']);
    expect(plan.listeners[1]?.edges).toEqual([
      { on: 'database', kind: 'constructor', soft: false, path: ['Sync', 'Store', 'Pool', 'Database'] },
    ]);
  });

  it('sees properties, lists, aliases and factories that declare what they need', async () => {
    const database = daemon('Database');
    const PART = Symbol('part');
    class Sync {
      @inject('store') readonly store!: object;
    }
    BackgroundDaemon()(Sync);
    const part = service('Part', database);
    const { plan } = await planOf({
      listeners: [Sync, database],
      modules: [
        new ContainerModule(({ bind }) => {
          bind('store').toService('real store');
          bind('real store').toResolvedValue(
            (parts: object[]) => ({ parts }),
            [{ serviceIdentifier: PART, isMultiple: true }],
          );
          bind(PART).toConstantValue({});
          bind(PART).to(part);
        }),
      ],
    });
    expect(plan.listeners[1]?.edges).toEqual([
      { on: 'database', kind: 'property', soft: false, path: ['Sync', 'real store', 'Part', 'Database'] },
    ]);
  });

  it('follows dependsOn by name, by class and by the abstract class that leads to a listener', async () => {
    abstract class Storage {}
    const [one, two, three] = [daemon('One'), daemon('Two'), daemon('Three')];
    const last = daemon('Last', { dependsOn: ['one', two, Storage] });
    const storage = new ContainerModule(({ bind }) => void bind(Storage).toService(three));
    const { plan } = await planOf({ listeners: [last, one, two, three], modules: [storage] });
    expect(plan.order).toEqual(['one', 'two', 'three', 'last']);
    expect(plan.listeners[3]?.edges).toEqual([
      { on: 'one', kind: 'dependsOn', soft: false, path: ['Last', 'One'] },
      { on: 'two', kind: 'dependsOn', soft: false, path: ['Last', 'Two'] },
      { on: 'three', kind: 'dependsOn', soft: false, path: ['Last', 'Three'] },
    ]);
  });

  it('holds 1,000 listeners in a chain that is registered backwards', async () => {
    const chain: Class[] = [];
    for (let index = 0; index < 1_000; index++) {
      const before = chain.at(-1);
      chain.push(daemon(`Link${index}`, {}, ...(before === undefined ? [] : [before])));
    }
    const { plan, definitions, listeners } = await planOf({ listeners: [...chain].reverse() });
    expect(plan.order).toEqual(chain.map((_, index) => `link${index}`));
    expect(definitions[999]).toBe(listeners.get('link999'));
  });
});

describe('wants', () => {
  it('orders, and does not need', async () => {
    const first = daemon('First');
    const wanting = daemon('Wanting', { wants: [first] });
    const { plan } = await planOf({ listeners: [wanting, first] });
    expect(plan.order).toEqual(['first', 'wanting']);
    expect(plan.listeners[1]?.edges).toEqual([{ on: 'first', kind: 'wants', soft: true, path: ['Wanting', 'First'] }]);
  });

  it('does not mind who is absent, by name or by class', async () => {
    expect(await orderOf(daemon('Wanting', { wants: ['nobody', daemon('Elsewhere'), 'wanting'] }))).toBe('wanting');
  });

  it('softens an edge that is injected, also through services', async () => {
    const database = daemon('Database');
    const mail = daemon('Mail');
    const store = service('Store', database);
    const sync = daemon('Sync', { wants: ['database', mail] }, store, mail);
    const { plan } = await planOf({ listeners: [sync, database, mail], services: [store] });
    expect(plan.listeners[2]?.edges).toMatchObject([
      { on: 'database', kind: 'constructor', soft: true },
      { on: 'mail', kind: 'constructor', soft: true },
    ]);
  });

  it('does not soften what is in dependsOn as well', async () => {
    const database = daemon('Database');
    const { plan } = await planOf({
      listeners: [database, daemon('Sync', { dependsOn: [database], wants: [database] })],
    });
    expect(plan.listeners[1]?.edges).toMatchObject([{ on: 'database', soft: false }]);
  });

  it('yields to what binds the other way, and only there', async () => {
    const a = { A: class {} }.A as Class;
    const b = daemon('B', {}, a);
    BackgroundDaemon({ wants: [b] })(a);
    const behind = daemon('Behind', { wants: ['a'] });
    const { plan } = await planOf({ listeners: [behind, a, b] });
    expect(plan.order).toEqual(['a', 'behind', 'b']);
    expect(plan.listeners.map(({ name, edges }) => [name, edges.map(({ on }) => on)])).toEqual([
      ['a', []],
      ['behind', ['a']],
      ['b', ['a']],
    ]);
    expect(plan.warnings.map(({ code }) => code)).toEqual(['WANTS_YIELDED']);
  });

  it('yields in the later registered of two that want each other', async () => {
    expect(await orderOf(daemon('A', { wants: ['b'] }), daemon('B', { wants: ['a'] }))).toBe('b a');
  });
});

describe('@Available', () => {
  it('reports a class that is undefined yet', async () => {
    @BackgroundDaemon()
    class Early {
      constructor(@Available(undefined as never) readonly late: Availability<object>) {}
    }
    expect(await problemOf({ listeners: [Early as unknown as Class] })).toMatchObject({
      code: 'MISSING_METADATA',
      facts: { 'likely cause': 'a circular import: the type was undefined when the class was decorated' },
    });
  });

  it('orders softly, also through a service', async () => {
    @BackgroundDaemon()
    class Target {}
    @injectable()
    class Helper {
      constructor(@Available(Target) readonly target: Availability<Target>) {}
    }
    @BackgroundDaemon()
    class Asking {
      constructor(readonly helper: Helper) {}
    }
    const { plan } = await planOf({ listeners: [Asking, Target], services: [Helper] });
    expect(plan.order).toEqual(['target', 'asking']);
    expect(plan.listeners[1]?.edges).toEqual([
      { on: 'target', kind: 'available', soft: true, path: ['Asking', 'Helper', 'Target'] },
    ]);
  });

  it('is outranked by an injection of the same listener', async () => {
    @BackgroundDaemon()
    class Target {}
    @BackgroundDaemon()
    class Asking {
      constructor(
        @Available(Target) readonly available: Availability<Target>,
        readonly target: Target,
      ) {}
    }
    const { plan } = await planOf({ listeners: [Asking, Target] });
    expect(plan.listeners[1]?.edges).toMatchObject([{ on: 'target', kind: 'constructor', soft: false }]);
  });

  it('yields when two are available to each other', async () => {
    class Other {}
    @BackgroundDaemon()
    class One {
      constructor(@Available(Other) readonly other: Availability<Other>) {}
    }
    Reflect.defineMetadata('design:paramtypes', [Object], Other);
    Available(One)(Other, undefined, 0);
    BackgroundDaemon()(Other);
    const { plan } = await planOf({ listeners: [One, Other] });
    expect(plan.order).toEqual(['other', 'one']);
    expect(plan.warnings).toEqual([]);
  });
});
