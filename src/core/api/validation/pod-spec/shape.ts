/** The fields of a pod spec that its rules look at, spelled out where `kube/objects.ts` leaves them open. */
import type { Affinity, ContainerPort, LabelSelector, PodSpec, ResourceList, Toleration } from '../../../kube/objects.ts';

export interface ObjectRef {
  name?: string;
}

export interface KeyRef extends ObjectRef {
  key?: string;
  optional?: boolean;
}

export interface FieldRef {
  apiVersion?: string;
  fieldPath?: string;
}

export interface ResourceFieldRef {
  containerName?: string;
  resource?: string;
  divisor?: string | number;
}

export interface FileKeyRef {
  key?: string;
  path?: string;
  volumeName?: string;
  optional?: boolean;
}

export interface EnvSource {
  fieldRef?: FieldRef;
  resourceFieldRef?: ResourceFieldRef;
  configMapKeyRef?: KeyRef;
  secretKeyRef?: KeyRef;
  fileKeyRef?: FileKeyRef;
}

export interface EnvVar {
  name?: string;
  value?: string;
  valueFrom?: EnvSource;
}

export interface EnvFrom {
  prefix?: string;
  configMapRef?: ObjectRef;
  secretRef?: ObjectRef;
}

export interface VolumeMount {
  name?: string;
  mountPath?: string;
  readOnly?: boolean;
  recursiveReadOnly?: string;
  subPath?: string;
  subPathExpr?: string;
  mountPropagation?: string;
}

export interface VolumeDevice {
  name?: string;
  devicePath?: string;
}

export interface ResourceClaimRef {
  name?: string;
  request?: string;
}

export interface Resources {
  limits?: ResourceList;
  requests?: ResourceList;
  claims?: ResourceClaimRef[];
}

export interface HttpGet {
  path?: string;
  port?: number | string;
  scheme?: string;
  httpHeaders?: { name?: string; value?: string }[];
}

export interface Handler {
  exec?: { command?: string[] };
  httpGet?: HttpGet;
  tcpSocket?: { port?: number | string };
  grpc?: { port?: number; service?: string };
  sleep?: { seconds?: number };
}

export interface ProbeShape extends Handler {
  initialDelaySeconds?: number;
  timeoutSeconds?: number;
  periodSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
  terminationGracePeriodSeconds?: number;
}

export interface LifecycleShape {
  postStart?: Handler;
  preStop?: Handler;
  stopSignal?: string;
}

export interface LocalProfile {
  type?: string;
  localhostProfile?: string;
}

export interface WindowsOptions {
  gmsaCredentialSpecName?: string;
  gmsaCredentialSpec?: string;
  runAsUserName?: string;
  hostProcess?: boolean;
}

export interface SecurityShape {
  capabilities?: { add?: string[]; drop?: string[] };
  privileged?: boolean;
  seLinuxOptions?: Record<string, string>;
  windowsOptions?: WindowsOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  readOnlyRootFilesystem?: boolean;
  allowPrivilegeEscalation?: boolean;
  procMount?: string;
  seccompProfile?: LocalProfile;
  appArmorProfile?: LocalProfile;
}

export interface PodSecurityShape {
  seLinuxOptions?: Record<string, string>;
  windowsOptions?: WindowsOptions;
  runAsUser?: number;
  runAsGroup?: number;
  runAsNonRoot?: boolean;
  supplementalGroups?: number[];
  supplementalGroupsPolicy?: string;
  fsGroup?: number;
  sysctls?: { name?: string; value?: string }[];
  fsGroupChangePolicy?: string;
  seccompProfile?: LocalProfile;
  appArmorProfile?: LocalProfile;
  seLinuxChangePolicy?: string;
}

export interface RestartRule {
  action?: string;
  exitCodes?: { operator?: string; values?: number[] };
}

export interface ContainerShape {
  name?: string;
  image?: string;
  command?: string[];
  args?: string[];
  workingDir?: string;
  ports?: ContainerPort[];
  envFrom?: EnvFrom[];
  env?: EnvVar[];
  resources?: Resources;
  resizePolicy?: { resourceName?: string; restartPolicy?: string }[];
  restartPolicy?: string;
  restartPolicyRules?: RestartRule[];
  volumeMounts?: VolumeMount[];
  volumeDevices?: VolumeDevice[];
  livenessProbe?: ProbeShape;
  readinessProbe?: ProbeShape;
  startupProbe?: ProbeShape;
  lifecycle?: LifecycleShape;
  terminationMessagePath?: string;
  terminationMessagePolicy?: string;
  imagePullPolicy?: string;
  securityContext?: SecurityShape;
  stdin?: boolean;
  stdinOnce?: boolean;
  tty?: boolean;
  /** Ephemeral containers only. */
  targetContainerName?: string;
}

/** `name`, and one field named after the kind of the volume. */
export interface Volume {
  name?: string;
  [source: string]: unknown;
}

export interface PodAffinityTerm {
  labelSelector?: LabelSelector;
  namespaces?: string[];
  topologyKey?: string;
  namespaceSelector?: LabelSelector;
  matchLabelKeys?: string[];
  mismatchLabelKeys?: string[];
}

export interface PodAffinityShape {
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[];
  preferredDuringSchedulingIgnoredDuringExecution?: { weight?: number; podAffinityTerm?: PodAffinityTerm }[];
}

export interface AffinityShape {
  nodeAffinity?: Affinity['nodeAffinity'];
  podAffinity?: PodAffinityShape;
  podAntiAffinity?: PodAffinityShape;
}

export interface SpreadConstraint {
  maxSkew?: number;
  topologyKey?: string;
  whenUnsatisfiable?: string;
  labelSelector?: LabelSelector;
  minDomains?: number;
  nodeAffinityPolicy?: string;
  nodeTaintsPolicy?: string;
  matchLabelKeys?: string[];
}

export interface PodClaim {
  name?: string;
  resourceClaimName?: string;
  resourceClaimTemplateName?: string;
}

export interface DnsConfig {
  nameservers?: string[];
  searches?: string[];
  options?: { name?: string; value?: string }[];
}

export interface SpecShape {
  volumes?: Volume[];
  initContainers?: ContainerShape[];
  containers?: ContainerShape[];
  ephemeralContainers?: ContainerShape[];
  restartPolicy?: string;
  terminationGracePeriodSeconds?: number;
  activeDeadlineSeconds?: number;
  dnsPolicy?: string;
  nodeSelector?: Record<string, string>;
  serviceAccountName?: string;
  serviceAccount?: string;
  nodeName?: string;
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  shareProcessNamespace?: boolean;
  securityContext?: PodSecurityShape;
  imagePullSecrets?: ObjectRef[];
  hostname?: string;
  hostnameOverride?: string;
  subdomain?: string;
  setHostnameAsFQDN?: boolean;
  affinity?: AffinityShape;
  schedulerName?: string;
  tolerations?: Toleration[];
  hostAliases?: { ip?: string; hostnames?: string[] }[];
  priorityClassName?: string;
  priority?: number;
  dnsConfig?: DnsConfig;
  readinessGates?: { conditionType?: string }[];
  runtimeClassName?: string;
  enableServiceLinks?: boolean;
  preemptionPolicy?: string;
  overhead?: ResourceList;
  topologySpreadConstraints?: SpreadConstraint[];
  os?: { name?: string };
  hostUsers?: boolean;
  schedulingGates?: { name?: string }[];
  resourceClaims?: PodClaim[];
  resources?: Resources;
}

/** The same spec with its fields spelled out; nothing is copied or checked. */
export function specShape(spec: PodSpec): SpecShape {
  return spec as unknown as SpecShape;
}
