import { type AnyClass, taskMetadata } from '../contracts/metadata';

const HOOKS: ReadonlySet<string> = new Set(['startup', 'ready', 'run', 'tick', 'health', 'shutdown']);

/** Names that look like a hook to whoever wrote them. Short hooks are near to many honest names, so only these count. */
const LOOKALIKES: readonly (readonly [string, RegExp])[] = [
  ['startup', /^(on)?_?(start|statup|startp|starup|sartup|strtup|startupp|start_?up|init|initialize|boot)$/i],
  ['ready', /^(on_?ready|redy|raedy|ready)$/i],
  ['run', /^(on_?run|run)$/i],
  ['tick', /^(on_?tick|tik|tikc|tck|tick)$/i],
  ['health', /^(on_?health|heath|helth|healt|heatlh|health|health_?check)$/i],
  ['shutdown', /^(on)?_?(stop|shut_?downs?|shutdow|shutdwon|shudown|shutdonw|teardown|tear_down)$/i],
];

/** Methods that look as if they were meant to be a hook that the class does not have. */
export function suspiciousHooks(name: string, target: AnyClass): string[] {
  const methods = methodsOf(target);
  const warnings: string[] = [];
  for (const method of methods) {
    if (HOOKS.has(method)) continue;
    const hook = LOOKALIKES.find(([, lookalike]) => lookalike.test(method))?.[0];
    if (hook === undefined || methods.has(hook)) continue;
    if (taskMetadata(target).some((task) => task.method === method)) continue;
    warnings.push(
      `"${name}" has a method "${method}" and no "${hook}": daemonry calls ${hook}() only. Rename it, if that is meant.`,
    );
  }
  return warnings;
}

function methodsOf(target: AnyClass): ReadonlySet<string> {
  const methods = new Set<string>();
  let prototype = target.prototype as object | null;
  for (
    ;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (typeof Object.getOwnPropertyDescriptor(prototype, name)?.value === 'function') methods.add(name);
    }
  }
  methods.delete('constructor');
  return methods;
}
