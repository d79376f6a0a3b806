import {
  type Availability,
  Available,
  Listener,
  type OnReady,
  type OnStartup,
  type ReadyContext,
  Settings,
  type StartupContext,
} from 'daemonry';
import { IsOptional, Length } from 'class-validator';

import { WebServer } from '../web/WebServer';
import { checkLibraries } from './adminFiles';

/** Settings of the dashboard, under `admin`. */
@Settings('admin')
export class AdminSettings {
  /** Shown beside the name of the application, to tell installations apart: `production`, `Frankfurt`. Default: none. */
  @IsOptional()
  @Length(1, 40)
  readonly label?: string;
}

/**
 * The dashboard, which `web` serves under `/admin`. Started means that the libraries of its pages are installed; its address
 * is logged when the boot is decided.
 */
@Listener({ name: 'admin', essential: true })
export class AdminDashboard implements OnStartup, OnReady {
  constructor(@Available(WebServer) private readonly web: Availability<WebServer>) {}

  /** The address of the dashboard; undefined while `web` does not listen. */
  get url(): string | undefined {
    const web = this.web.current();
    const address = web.state === 'ready' ? web.instance.address : undefined;
    return address === undefined ? undefined : `${address.url}/admin/`;
  }

  /** Disables itself where `web` does not run. @throws PackageMissingError when a library of the pages is not installed */
  startup({ disable }: StartupContext): void {
    checkLibraries();
    if (this.url === undefined) disable('there is no web server to serve it: list webModule() beside adminModule()');
  }

  /** Logs where the dashboard is. */
  ready({ log }: ReadyContext): void {
    log.info(`The dashboard is at ${this.url ?? ''}`);
  }
}
