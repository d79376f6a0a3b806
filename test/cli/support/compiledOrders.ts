import ts from 'typescript';

/** An application in TypeScript, in one file: its daemon ticks every 10 ms, and says where the orders come from. */
const ORDERS = `
import { IsString } from 'class-validator';
import { BackgroundDaemon, createApplication, runMain, Settings, type TickContext } from 'daemonry';

@Settings('partner')
export class PartnerSettings {
  @IsString()
  readonly host: string = 'nowhere';
}

@BackgroundDaemon({ interval: '10ms' })
export class OrderImport {
  constructor(private readonly partner: PartnerSettings) {}

  tick({ log }: TickContext): void {
    if (this.partner.host === 'broken') throw new Error('no orders');
    log.info(\`orders of \${this.partner.host}\`);
  }
}
`;

const RUN = `
void runMain(() => createApplication({ name: 'orders', listeners: [OrderImport] }), { printPlan: false });
`;

const EXPORT = `
export default () => createApplication({ name: 'orders', listeners: [OrderImport] });
`;

/** The line of the TypeScript at which its daemon throws. */
export const THROWING_LINE = ORDERS.split('\n').findIndex((line) => line.includes('no orders')) + 1;

/**
 * The files that the compiler makes of the application: `OrderImport.js`, with a map to `OrderImport.ts`.
 *
 * @param more - TypeScript to add; by default the call that runs the application.
 */
export function compiledOrders(more = RUN, module = ts.ModuleKind.CommonJS): Readonly<Record<string, string>> {
  const { outputText, sourceMapText = '' } = ts.transpileModule(ORDERS + more, {
    fileName: 'OrderImport.ts',
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
      sourceMap: true,
    },
  });
  return { 'dist/OrderImport.js': outputText, 'dist/OrderImport.js.map': sourceMapText };
}

/** The same application as a file that exports it and does not run it. */
export const exportedOrders = (): Readonly<Record<string, string>> => compiledOrders(EXPORT);
