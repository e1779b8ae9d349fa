/** Endpoints: deprecated, but what `kubectl describe service` of older versions still reads. */
import { dns1123Label } from '../../kube/names.ts';
import type { KubeObject } from '../../kube/objects.ts';
import type { Cause } from '../api-error.ts';
import type { Kind } from '../kind.ts';
import { AGE_COLUMN, column, NAME_COLUMN } from '../table/column.ts';
import { notSupported, pushProblems, required } from '../validation/field-error.ts';
import { portNumberProblems } from '../validation/formats.ts';
import { ipProblems } from '../validation/ip.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/metadata.ts';
import { Path } from '../validation/path.ts';
import { ALL_VERBS } from './verbs.ts';

interface EndpointPort {
  name?: string;
  port: number;
  protocol?: string;
}

interface EndpointAddress {
  ip: string;
  hostname?: string;
}

interface EndpointSubset {
  addresses?: EndpointAddress[];
  notReadyAddresses?: EndpointAddress[];
  ports?: EndpointPort[];
}

export interface Endpoints extends KubeObject {
  subsets?: EndpointSubset[];
}

const SHOWN = 3;
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const SUBSETS = new Path('subsets');

/** `endpoints`, core/v1. */
export const ENDPOINTS_KIND: Kind<Endpoints> = {
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: [],
  schema: 'io.k8s.api.core.v1.Endpoints',
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  defaults({ subsets = [] }) {
    for (const subset of subsets) for (const port of subset.ports ?? []) port.protocol ||= 'TCP';
  },
  validateCreate,
  validateUpdate: (next, old) => [...validateObjectMetaUpdate(next.metadata, old.metadata), ...validateCreate(next)],
  columns: [
    NAME_COLUMN,
    column<Endpoints>(
      {
        name: 'Endpoints',
        description:
          'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs they share. A single address with multiple ports, some of which are ready and some of which are not (because they come from different containers) will result in the address being displayed in different subsets for the different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of addresses and ports that comprise a service.',
      },
      addresses,
    ),
    AGE_COLUMN,
  ],
};

/** The first three, and how many more. */
function addresses({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) => addresses.map(({ ip }) => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`)));
  });
  if (all.length === 0) return '<none>';
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

function validateCreate(endpoints: Endpoints): Cause[] {
  const out = validateObjectMeta(endpoints.metadata, { namespaced: true });
  for (const [i, subset] of (endpoints.subsets ?? []).entries()) validateSubset(subset, SUBSETS.index(i), out);
  return out;
}

function validateSubset(subset: EndpointSubset, at: Path, out: Cause[]): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    out.push(required(at, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const [i, one] of addresses.entries()) validateAddress(one, at.child('addresses').index(i), out);
  for (const [i, one] of notReadyAddresses.entries()) validateAddress(one, at.child('notReadyAddresses').index(i), out);
  for (const [i, port] of ports.entries()) {
    const place = at.child('ports').index(i);
    const { name = '', protocol = '' } = port;
    if (ports.length > 1 && name === '') out.push(required(place.child('name')));
    else if (name !== '') pushProblems(out, place.child('name'), { value: name, problems: dns1123Label(name) });
    pushProblems(out, place.child('port'), { value: port.port, problems: portNumberProblems(port.port) });
    if (!PROTOCOLS.includes(protocol)) out.push(notSupported(place.child('protocol'), protocol, PROTOCOLS));
  }
}

function validateAddress({ ip, hostname = '' }: EndpointAddress, at: Path, out: Cause[]): void {
  pushProblems(out, at.child('ip'), { value: ip, problems: ipProblems(ip) });
  if (hostname !== '') pushProblems(out, at.child('hostname'), { value: hostname, problems: dns1123Label(hostname) });
}
