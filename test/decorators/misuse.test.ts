import { ScriptTarget, transpileModule } from 'typescript';

import { Available } from '../../decorators/Available';
import { BackgroundDaemon, Listener, PeriodicTask } from '../../decorators/listeners';
import { Nested, Secret, Settings, StatePath } from '../../decorators/settings';
import { MisusedDecoratorError } from '../../src/errors/authoringErrors';

/** What a decorator is without its types: in JavaScript, and when types are not checked. */
type Untyped = (...args: unknown[]) => (...args: unknown[]) => unknown;

class Subject {
  static compact(): void {}
  compact(): void {}
}
const method = Object.getOwnPropertyDescriptor(Subject.prototype, 'compact');

describe('A decorator that types could not check', () => {
  it.each<[string, unknown, unknown[]]>([
    ['BackgroundDaemon', BackgroundDaemon, [Subject]],
    ['Listener', Listener, [Subject]],
    ['Settings', Settings, [Subject]],
    ['PeriodicTask', PeriodicTask, [Subject.prototype, 'compact', method]],
    ['Secret', Secret, [Subject.prototype, 'compact', undefined]],
    ['Nested', Nested, [Subject.prototype, 'compact', undefined]],
  ])('@%s refuses to stand without parentheses', (name, decorator, args) => {
    const misuse = (): unknown => (decorator as Untyped)(...args);

    expect(misuse).toThrow(MisusedDecoratorError);
    expect(misuse).toThrow(`@${name} is misused: it stands there without parentheses.`);
  });

  it.each<[string, unknown]>([
    ['BackgroundDaemon', BackgroundDaemon],
    ['Listener', Listener],
    ['Settings', Settings],
  ])('@%s refuses what is no class', (name, decorator) => {
    for (const target of [Subject.prototype, undefined, () => undefined, null]) {
      expect(() => (decorator as Untyped)({})(target)).toThrow(`@${name} is misused: it does not decorate a class.`);
    }
  });

  it.each([
    ['BackgroundDaemon', BackgroundDaemon, BackgroundDaemon, 'BackgroundDaemon'],
    ['BackgroundDaemon', BackgroundDaemon, Listener, 'Listener'],
    ['Listener', Listener, BackgroundDaemon, 'BackgroundDaemon'],
    ['Listener', Listener, Listener, 'Listener'],
  ])('@%s refuses a class that is decorated as a listener already', (name, decorator, before, known) => {
    class Twice {}
    before()(Twice);

    expect(() => {
      decorator()(Twice);
    }).toThrow(`@${name} is misused: it decorates a class that @${known} decorates already.`);
    class Sub extends Twice {}
    expect(() => {
      decorator()(Sub);
    }).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['PeriodicTask', PeriodicTask],
    ['Secret', Secret],
    ['Nested', Nested],
  ])('@%s refuses a static member', (name, decorator) => {
    expect(() => (decorator as Untyped)()(Subject, 'compact', { value: () => undefined })).toThrow(
      `@${name} is misused: "compact" is static.`,
    );
  });

  it.each<[string, unknown]>([
    ['PeriodicTask', PeriodicTask],
    ['Secret', Secret],
    ['Nested', Nested],
  ])('@%s refuses a member that has no name', (name, decorator) => {
    expect(() => (decorator as Untyped)()(Subject.prototype, Symbol('compact'), method)).toThrow(
      `@${name} is misused: it does not decorate a named member of a class.`,
    );
  });

  it.each<[string, unknown, string]>([
    ['BackgroundDaemon', BackgroundDaemon, '@x({}) class A { tick() {} }'],
    ['Listener', Listener, '@x() class A {}'],
    ['Settings', Settings, "@x('a') class A {}"],
    ['PeriodicTask', PeriodicTask, 'class A { @x() tick() {} }'],
    ['Secret', Secret, 'class A { @x() token = 1 }'],
    ['StatePath', StatePath, 'class A { @x() path = 1 }'],
    ['Nested', Nested, 'class A { @x(() => Object) list = 1 }'],
    ['Available', Available, 'class A { @x(Object) other }'],
  ])('@%s says that it was compiled as a standard decorator', (name, x, source) => {
    const { outputText } = transpileModule(source, { compilerOptions: { target: ScriptTarget.ES2022 } });

    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- compiled text has to be run
    const define = new Function('x', outputText) as (decorator: unknown) => void;

    expect(() => {
      define(x);
    }).toThrow(`@${name} is misused: it is compiled as a standard decorator (TC39)`);
  });

  it.each<[string, PropertyDescriptor | undefined]>([
    ['a property', undefined],
    ['a getter', { get: () => 1 }],
    ['a value', { value: 1 }],
  ])('@PeriodicTask refuses %s', (_what, descriptor) => {
    expect(() => (PeriodicTask as Untyped)()(Subject.prototype, 'compact', descriptor)).toThrow(
      '@PeriodicTask is misused: "compact" is no method.',
    );
  });

  it('says what to do about it, with a code', () => {
    expect(() => (Secret as Untyped)(Subject.prototype, 'compact')).toThrow(
      expect.objectContaining({
        code: 'MISUSED_DECORATOR',
        fix: expect.stringContaining('@Secret(…)') as string,
      }) as Error,
    );
  });
});
