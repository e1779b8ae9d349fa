/** From a kubeconfig (`--kubeconfig`, `KUBECONFIG`, `~/.kube/config`) or a pod's service account to a `Connection`. */
import { accessSync, constants, existsSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { delimiter, join } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import type { Connection, Credentials } from './connection.ts';
import { KubeconfigError } from './kubeconfig-error.ts';

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';

export interface KubeconfigOptions {
  /** `--kubeconfig`: the only file read when given. */
  file?: string | undefined;
  /** `--context`: overrides `current-context`. */
  context?: string | undefined;
  env: Readonly<Record<string, string | undefined>>;
}

/**
 * Loads in kubectl's order of precedence; of several files in `KUBECONFIG` the first to name a thing wins and absent files
 * are passed over. Throws `KubeconfigError` with the file and the field at fault.
 */
export async function loadConnection(options: KubeconfigOptions): Promise<Connection> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const files = candidateFiles(options);
  const origin = files.length > 0 ? files.join(delimiter) : 'in-cluster';
  if (files.length > 0) for (const file of files) mergeFirstWins(config, readFile(new KubeConfig(), file));
  else if (options.env.KUBERNETES_SERVICE_HOST && existsSync(SERVICE_ACCOUNT_TOKEN)) config.loadFromCluster();
  else
    throw new KubeconfigError(
      '(none)',
      undefined,
      'no file found by --kubeconfig, KUBECONFIG or ~/.kube/config, and not inside a pod',
    );
  if (options.context !== undefined) config.setCurrentContext(options.context);
  return connectionOf(config, origin);
}

function candidateFiles({ file, env }: KubeconfigOptions): string[] {
  if (file !== undefined) return [file];
  const listed = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  if (listed.length > 0) {
    const present = listed.filter((path) => existsSync(path));
    if (present.length === 0) throw new KubeconfigError(listed.join(delimiter), undefined, 'no such file (from KUBECONFIG)');
    return present;
  }
  const home = env.HOME ?? env.USERPROFILE;
  const usual = home ? join(home, '.kube', 'config') : undefined;
  return usual !== undefined && existsSync(usual) ? [usual] : [];
}

function readFile(config: KubeConfig, file: string): KubeConfig {
  try {
    config.loadFromFile(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new KubeconfigError(file, undefined, 'no such file');
    if (code !== undefined) throw new KubeconfigError(file, undefined, message);
    const field = /^((?:clusters|users|contexts)\[\d+\]\S*) (.*)$/.exec(message);
    if (field) throw new KubeconfigError(file, field[1], field[2] ?? message);
    if (error instanceof TypeError)
      throw new KubeconfigError(file, undefined, 'is not a kubeconfig: no clusters, users and contexts in it');
    throw new KubeconfigError(file, undefined, message.split('\n')[0] ?? message);
  }
  return config;
}

function mergeFirstWins(into: KubeConfig, from: KubeConfig): void {
  const absent = <T extends { name: string }>(have: readonly T[], more: readonly T[]) =>
    more.filter(({ name }) => !have.some((one) => one.name === name));
  into.clusters = [...into.clusters, ...absent(into.clusters, from.clusters)];
  into.users = [...into.users, ...absent(into.users, from.users)];
  into.contexts = [...into.contexts, ...absent(into.contexts, from.contexts)];
  if (!into.currentContext && from.currentContext) into.setCurrentContext(from.currentContext);
}

function connectionOf(config: KubeConfig, origin: string): Connection {
  const name = config.getCurrentContext();
  if (!name) throw new KubeconfigError(origin, 'current-context', 'is empty: set it, or give --context');
  const context = config.getContextObject(name);
  if (!context) throw new KubeconfigError(origin, 'current-context', `no context named ${JSON.stringify(name)}`);
  const cluster = config.getCluster(context.cluster);
  if (!cluster)
    throw new KubeconfigError(origin, `contexts[${name}].cluster`, `no cluster named ${JSON.stringify(context.cluster)}`);
  if (!config.getUser(context.user))
    throw new KubeconfigError(origin, `contexts[${name}].user`, `no user named ${JSON.stringify(context.user)}`);
  const server = URL.parse(cluster.server);
  if (!server || !/^https?:$/.test(server.protocol)) {
    throw new KubeconfigError(
      origin,
      `clusters[${cluster.name}].server`,
      `not an http(s) URL: ${JSON.stringify(cluster.server)}`,
    );
  }
  checkFiles(config, origin);
  return {
    server,
    origin: `${origin}, context ${name}`,
    namespace: context.namespace || 'default',
    credentials: () => credentialsOf(config, server),
  };
}

/** The files a kubeconfig points at are checked when it is loaded, while the field that names them is at hand. */
function checkFiles(config: KubeConfig, origin: string): void {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const named: [string, string | undefined][] = [
    [`clusters[${cluster?.name}].certificate-authority`, cluster?.caFile],
    [`users[${user?.name}].client-certificate`, user?.certFile],
    [`users[${user?.name}].client-key`, user?.keyFile],
  ];
  for (const [field, path] of named) {
    if (!path) continue;
    try {
      accessSync(path, constants.R_OK);
    } catch (error) {
      throw new KubeconfigError(origin, field, (error as Error).message);
    }
  }
}

async function credentialsOf(config: KubeConfig, server: URL): Promise<Credentials> {
  const cluster = config.getCurrentCluster();
  const plain = server.protocol === 'http:';
  // The library refuses plain http unless verification is off; without TLS there is nothing to verify.
  if (plain && cluster && !cluster.skipTLSVerify)
    config.clusters = config.clusters.map((one) => (one.name === cluster.name ? { ...one, skipTLSVerify: true } : one));
  const options: RequestOptions & Record<string, unknown> = { headers: {} };
  await config.applyToHTTPSOptions(options);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) if (value !== undefined) headers[name] = String(value);
  if (typeof options.auth === 'string') headers.Authorization ??= `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const tls: Record<string, unknown> = {};
  for (const key of ['ca', 'cert', 'key', 'pfx', 'passphrase', 'servername', 'rejectUnauthorized']) {
    if (options[key] !== undefined && options[key] !== null) tls[key] = options[key];
  }
  const proxied = cluster?.proxyUrl && typeof options.agent === 'object';
  return { headers, tls, ...(proxied ? { proxy: options.agent as NonNullable<Credentials['proxy']> } : {}) };
}
