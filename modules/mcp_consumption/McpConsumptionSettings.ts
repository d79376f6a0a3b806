import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { type Duration, IsDuration, Nested, Secret, Settings } from 'daemonry';

import { SAFE_URL } from '../shared/settings';

// The model knows a tool as `<endpoint>__<tool>`, so an endpoint's name must not hold two underscores.
const NAME = /^(?=.{1,40}$)[a-z](_?[a-z0-9])*$/;
const isStdio = ({ transport }: McpEndpoint): boolean => transport === 'stdio';
const isHttp = ({ transport }: McpEndpoint): boolean => transport === 'http';

/** One MCP server whose tools may be called. */
export class McpEndpoint {
  /** Unique among the endpoints. */
  @Matches(NAME, { message: 'name must be 1 to 40 lower-case letters, digits or single underscores between them' })
  readonly name!: string;

  /** Transport: `stdio` starts a program on this machine, `http` is streamable HTTP. */
  @IsIn(['stdio', 'http'])
  readonly transport!: 'stdio' | 'http';

  /** http only: URL of the server, without credentials, query and fragment. */
  @ValidateIf(isHttp)
  @Matches(SAFE_URL, { message: 'url must be an https URL (http is for loopback only)' })
  readonly url?: string;

  /** stdio only: the program, which is started without a shell. */
  @ValidateIf(isStdio)
  @Length(1, 1_000)
  readonly command?: string;

  /** stdio only: arguments of the program. Secrets belong in `env`. */
  @IsArray()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  readonly args: readonly string[] = [];

  /** stdio only: extra environment variables. Of its own the program sees HOME, LANG, LC_ALL, LOGNAME, PATH, SHELL, TERM, TZ, USER and `XDG_*`. */
  @Secret()
  @IsObject()
  readonly env: Readonly<Record<string, string>> = {};

  /** http only: sent as a bearer token. Default: none. */
  @Secret()
  @IsOptional()
  @Matches(/^[\x21-\x7e]{1,4000}$/, { message: 'token must be one word of printable ASCII' })
  readonly token?: string;

  /** Regular expressions for the whole names of tools that may be called, ignoring case. Empty: no tool may be called. */
  @IsArray()
  @ArrayMaxSize(200)
  @Length(1, 200, { each: true })
  readonly allowedTools: readonly string[] = [];

  /** Time limit of each call, connecting included. */
  @IsDuration({ min: '10ms', max: '10m' })
  readonly timeout: Duration = '30s';
}

/** Settings of the MCP client, under `mcp_consumption`. The schedule is `listeners.mcp_consumption.interval`. */
@Settings('mcp_consumption')
export class McpConsumptionSettings {
  /** The servers. Without any, the daemon is disabled. */
  @Nested(() => McpEndpoint)
  @IsArray()
  @ArrayMaxSize(50)
  @ArrayUnique((endpoint: McpEndpoint) => endpoint.name, { message: 'endpoints must have different names' })
  readonly endpoints: readonly McpEndpoint[] = [];

  /** Age from which a check counts as outdated, and its endpoint as not connected. */
  @IsDuration({ min: '1s', max: '1d' })
  readonly staleAfter: Duration = '6m';

  /** Time that a question to the reasoning engine waits for an endpoint's list of tools; keep it below the engine's `toolTimeout`. */
  @IsDuration({ min: '10ms', max: '1m' })
  readonly listTimeout: Duration = '3s';

  /** Length at which the text of a tool's answer is cut, in characters. */
  @IsInt()
  @Min(100)
  @Max(10_000_000)
  readonly maxResultLength: number = 100_000;
}
