import { type AnyClass, listenerMetadata } from '../contracts/metadata';
import { describeClass } from '../errors/describeClass';
import type { Problems } from '../errors/Problem';
import { untypedCompiler } from './compilerOfProcess';

type DefectCause =
  | 'circular import'
  | 'interface or import type'
  | 'import type of a class'
  | 'primitive'
  | 'list'
  | 'no metadata'
  | 'two decorators';

/** A parameter or property whose injection cannot be found out. */
export interface MetadataDefect {
  /** The class that declares it; for an inherited constructor, the base. */
  readonly owner: AnyClass;
  /** The index of a parameter or the name of a property. Absent: the whole constructor. */
  readonly at?: number | string | symbol;
  readonly cause: DefectCause;
}

const UNUSABLE = new Map<unknown, DefectCause>([
  [undefined, 'circular import'],
  [Object, 'interface or import type'],
  [Function, 'import type of a class'],
  [Array, 'list'],
  [String, 'primitive'],
  [Number, 'primitive'],
  [Boolean, 'primitive'],
  [BigInt, 'primitive'],
  [Symbol, 'primitive'],
]);

/** Returns why a type recorded by the compiler cannot be injected; undefined for a class, which can. */
export function unusableType(type: unknown): DefectCause | undefined {
  const cause = UNUSABLE.get(type);
  if (cause !== undefined) return cause;
  return typeof type === 'function' ? undefined : 'interface or import type';
}

const EXPLANATIONS: Readonly<Record<DefectCause, { readonly cause: string; readonly fix: string }>> = {
  'circular import': {
    cause: 'a circular import: the type was undefined when the class was decorated',
    fix: 'break the circle (put what both files need into a third one), or inject it with @inject(new LazyServiceIdentifier(() => X)).',
  },
  'interface or import type': {
    cause:
      'the type is an interface, a union or a type alias, or it is imported with `import type`; or the two files import each other',
    fix: 'import the class as a value (without `type`), and not in a circle; or name a token: @inject(TOKEN).',
  },
  'import type of a class': {
    cause: 'the class is imported with `import type`, so that nothing is left of it at run time',
    fix: 'import the class as a value: without `type`.',
  },
  primitive: {
    cause: 'the type is a primitive',
    fix: 'inject a settings class, or name a token: @inject(TOKEN).',
  },
  list: {
    cause: 'the type is an array',
    fix: 'use @multiInject(X) for every binding of X, or name a token: @inject(TOKEN).',
  },
  'no metadata': {
    cause:
      'the class has no decorator at all, or it was compiled without `emitDecoratorMetadata` (esbuild and tsx never emit it)',
    fix: 'add @injectable() to the class, and compile with `experimentalDecorators` and `emitDecoratorMetadata`; or name what is injected: constructor(@inject(X) x: X).',
  },
  'two decorators': {
    cause: 'it has @Available and an inversify decorator',
    fix: 'keep one of the two.',
  },
};

/** Reports defects with the class, its file, the place and the likely cause; an inherited one once, not per subclass. */
export function reportDefects(defects: readonly MetadataDefect[], problems: Problems): void {
  const reported: MetadataDefect[] = [];
  for (const defect of defects) {
    if (reported.some(({ owner, at }) => owner === defect.owner && at === defect.at)) continue;
    reported.push(defect);
    reportDefect(defect, problems);
  }
}

function reportDefect({ owner, at, cause }: MetadataDefect, problems: Problems): void {
  const explanation = explain(cause, owner);
  problems.add(cause === 'two decorators' ? 'MISUSED_DECORATOR' : 'MISSING_METADATA', {
    what: `It is not known what to inject into ${describePlace(at)} of "${owner.name}".`,
    facts: { class: describeClass(owner), 'likely cause': explanation.cause },
    fix: explanation.fix,
  });
}

function explain(cause: DefectCause, owner: AnyClass): { readonly cause: string; readonly fix: string } {
  const tool = cause === 'no metadata' ? untypedCompiler(listenerMetadata(owner)?.location()) : undefined;
  if (tool === undefined) return EXPLANATIONS[cause];
  return {
    cause: tool.cause,
    fix: `name what is injected: constructor(@inject(X) x: X); or ${tool.remedy}.`,
  };
}

function describePlace(at: MetadataDefect['at']): string {
  if (at === undefined) return 'the constructor';
  return typeof at === 'number' ? `constructor parameter ${at}` : `the property "${String(at)}"`;
}
