import { injectable, inject } from 'inversify';

import { BackgroundDaemon, Listener } from '../../decorators/listeners';
import { type Class, daemon, service } from './support/classes';
import { matching, planOf, problemOf } from './support/planOf';

describe('circles', () => {
  it('of injections are printed as a path, with the file of each class', async () => {
    const a = { A: class {} }.A as Class;
    const store = service('Store', a);
    const b = daemon('B', {}, store);
    Reflect.defineMetadata('design:paramtypes', [b], a);
    BackgroundDaemon()(a);
    const problem = await problemOf({ listeners: [daemon('Behind', {}, a), a, b], services: [store] });
    expect(problem.code).toBe('DEPENDENCY_CYCLE');
    expect(problem.what).toMatch(/A -> B -> Store -> A$/);
    expect(problem.facts?.['classes']).toEqual([
      matching(/^A \(.*(cycles\.test|classes)\.ts:\d+:\d+\)$/),
      matching(/^B \(.*(cycles\.test|classes)\.ts:\d+:\d+\)$/),
      'Store',
    ]);
  });

  it('of dependsOn are printed too, and so is a listener that needs itself', async () => {
    const problem = await problemOf({
      listeners: [
        daemon('A', { dependsOn: ['c'] }),
        daemon('B', { dependsOn: ['a'] }),
        daemon('C', { dependsOn: ['b'] }),
      ],
    });
    expect(problem.what).toMatch(/A -> C -> B -> A$/);
    expect((await problemOf({ listeners: [daemon('Self', { dependsOn: ['self'] })] })).what).toMatch(/Self -> Self$/);
  });

  it('among ordinary services are found as well', async () => {
    const one = { One: class {} }.One as Class;
    const two = service('Two', one);
    Reflect.defineMetadata('design:paramtypes', [two], one);
    injectable()(one);
    const problem = await problemOf({ listeners: [daemon('A', {}, two), daemon('B', {}, one)], services: [one, two] });
    expect(problem).toMatchObject({ code: 'DEPENDENCY_CYCLE' });
    expect(problem.what).toMatch(/Two -> One -> Two$/);
  });

  it('cannot be softened where both are injected: neither could be constructed', async () => {
    const a = { A: class {} }.A as Class;
    const b = daemon('B', {}, a);
    Reflect.defineMetadata('design:paramtypes', [b], a);
    BackgroundDaemon({ wants: [b] })(a);
    expect((await problemOf({ listeners: [a, b] })).what).toMatch(/A -> B -> A$/);
  });

  it('are reported each for itself', async () => {
    const names = ['A', 'B', 'C', 'D'];
    const listeners = names.map((name, index) =>
      daemon(name, { dependsOn: [(names[index ^ 1] as string).toLowerCase()] }),
    );
    const problems = await planOf({ listeners }).catch((error: { problems: unknown[] }) => error.problems);
    expect(problems).toMatchObject([{ what: matching(/A -> B -> A$/) }, { what: matching(/C -> D -> C$/) }]);
  });
});

describe('a listener that is disabled', () => {
  const disabled = { values: { 'listeners.database.enabled': false } };

  it('says so in the plan, and so does what needs it', async () => {
    const database = daemon('Database');
    const sync = daemon('Sync', {}, database);
    const report = daemon('Report', { dependsOn: [sync] });
    const mail = daemon('Mail', { wants: ['database'] });
    const { definitions } = await planOf({ listeners: [report, sync, database, mail], ...disabled });
    expect(definitions.map(({ name, disabledReason }) => [name, disabledReason])).toEqual([
      ['database', 'listeners.database.enabled is false (values)'],
      ['sync', 'it needs "database", which is disabled'],
      ['report', 'it needs "sync", which is disabled'],
      ['mail', undefined],
    ]);
  });

  it('is a problem when what needs it is fatal, by its flag or as a @Listener', async () => {
    const database = daemon('Database');
    @Listener()
    class Mount {
      constructor(@inject(database) readonly database: object) {}
    }
    const problems = await planOf({
      listeners: [database, daemon('Sync', { fatalOnStartupFailure: true, dependsOn: ['database'] }), Mount],
      ...disabled,
    }).catch((error: { problems: unknown[] }) => error.problems);
    expect(problems).toMatchObject([
      { code: 'DISABLED_DEPENDENCY', what: '"sync" is fatal, and needs "database", which is disabled.' },
      { code: 'DISABLED_DEPENDENCY', what: '"mount" is fatal, and needs "database", which is disabled.' },
    ]);
  });
});
