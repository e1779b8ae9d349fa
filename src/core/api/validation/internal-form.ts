/** Objects as refusals show them: upstream prints its internal structs, all fields by their Go names, absent ones as null. */

/** Fields in struct order: the JSON name, the Go name, and the layout of a nested struct. */
export type Layout = readonly (readonly [json: string, go: string, nested?: Layout])[];

/** The value laid out as that struct; lists are laid out item by item. */
export function internalForm(value: unknown, layout: Layout): unknown {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map((item) => internalForm(item, layout));
  const object = value as Record<string, unknown>;
  return Object.fromEntries(
    layout.map(([json, go, nested]) => [go, nested ? internalForm(object[json], nested) : (object[json] ?? null)]),
  );
}

const PROFILE: Layout = [
  ['type', 'Type'],
  ['localhostProfile', 'LocalhostProfile'],
];

export const SECURITY_CONTEXT: Layout = [
  [
    'capabilities',
    'Capabilities',
    [
      ['add', 'Add'],
      ['drop', 'Drop'],
    ],
  ],
  ['privileged', 'Privileged'],
  [
    'seLinuxOptions',
    'SELinuxOptions',
    [
      ['user', 'User'],
      ['role', 'Role'],
      ['type', 'Type'],
      ['level', 'Level'],
    ],
  ],
  [
    'windowsOptions',
    'WindowsOptions',
    [
      ['gmsaCredentialSpecName', 'GMSACredentialSpecName'],
      ['gmsaCredentialSpec', 'GMSACredentialSpec'],
      ['runAsUserName', 'RunAsUserName'],
      ['hostProcess', 'HostProcess'],
    ],
  ],
  ['runAsUser', 'RunAsUser'],
  ['runAsGroup', 'RunAsGroup'],
  ['runAsNonRoot', 'RunAsNonRoot'],
  ['readOnlyRootFilesystem', 'ReadOnlyRootFilesystem'],
  ['allowPrivilegeEscalation', 'AllowPrivilegeEscalation'],
  ['procMount', 'ProcMount'],
  ['seccompProfile', 'SeccompProfile', PROFILE],
  ['appArmorProfile', 'AppArmorProfile', PROFILE],
];

export const SECCOMP_PROFILE = PROFILE;

export const POD_CLAIM: Layout = [
  ['name', 'Name'],
  ['resourceClaimName', 'ResourceClaimName'],
  ['resourceClaimTemplateName', 'ResourceClaimTemplateName'],
];

const REQUIREMENT: Layout = [
  ['key', 'Key'],
  ['operator', 'Operator'],
  ['values', 'Values'],
];

export const NODE_SELECTOR_TERM: Layout = [
  ['matchExpressions', 'MatchExpressions', REQUIREMENT],
  ['matchFields', 'MatchFields', REQUIREMENT],
];

export const UPDATE_STRATEGY: Layout = [
  ['type', 'Type'],
  [
    'rollingUpdate',
    'RollingUpdate',
    [
      ['maxUnavailable', 'MaxUnavailable'],
      ['maxSurge', 'MaxSurge'],
    ],
  ],
];

export const POD_IP: Layout = [['ip', 'IP']];
