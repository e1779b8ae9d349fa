/**
 * The messages of pods and of what makes them. Numbers are those of upstream's `generated.proto`. Rare parts (storage of one vendor, Windows
 * options, pod affinity, device claims) are absent: a body that uses them is refused, and can be sent as JSON.
 */

const KEY_REF = '1 . LocalObjectReference; 2 key string; 3 optional bool?';

export const POD_MESSAGES: Readonly<Record<string, string>> = {
  // apps/v1
  DaemonSet: '1 metadata ObjectMeta; 2 spec DaemonSetSpec; 3 status WorkloadStatus',
  DaemonSetSpec:
    '1 selector LabelSelector; 2 template PodTemplateSpec; 3 updateStrategy RollingStrategy; 4 minReadySeconds int; 6 revisionHistoryLimit int?',
  Deployment: '1 metadata ObjectMeta; 2 spec DeploymentSpec; 3 status WorkloadStatus',
  DeploymentSpec:
    '1 replicas int?; 2 selector LabelSelector; 3 template PodTemplateSpec; 4 strategy RollingStrategy; 5 minReadySeconds int; ' +
    '6 revisionHistoryLimit int?; 7 paused bool; 9 progressDeadlineSeconds int?',
  RollingStrategy: '1 type string; 2 rollingUpdate RollingUpdate',
  RollingUpdate: '1 maxUnavailable IntOrString?; 2 maxSurge IntOrString?',
  // A new object has no status: the counts a typed client writes are all zero.
  WorkloadStatus: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => `${number} zero${number} int`).join('; '),

  // core/v1
  Pod: '1 metadata ObjectMeta; 2 spec PodSpec; 3 status NewPodStatus',
  NewPodStatus:
    '1 phase string; 3 message string; 4 reason string; 5 hostIP string; 6 podIP string; 9 qosClass string; 11 nominatedNodeName string; 14 resize string; 17 observedGeneration int',
  PodTemplateSpec: '1 metadata ObjectMeta; 2 spec PodSpec',
  PodSpec:
    '1 volumes [Volume]; 2 containers [Container]; 3 restartPolicy string; 4 terminationGracePeriodSeconds int?; 5 activeDeadlineSeconds int?; ' +
    '6 dnsPolicy string; 7 nodeSelector {string}; 8 serviceAccountName string; 9 serviceAccount string; 10 nodeName string; 11 hostNetwork bool; ' +
    '12 hostPID bool; 13 hostIPC bool; 14 securityContext PodSecurityContext; 15 imagePullSecrets [LocalObjectReference]; 16 hostname string; ' +
    '17 subdomain string; 18 affinity Affinity; 19 schedulerName string; 20 initContainers [Container]; 21 automountServiceAccountToken bool?; ' +
    '22 tolerations [Toleration]; 23 hostAliases [HostAlias]; 24 priorityClassName string; 25 priority int?; 27 shareProcessNamespace bool?; ' +
    '28 readinessGates [PodReadinessGate]; 29 runtimeClassName string?; 30 enableServiceLinks bool?; 31 preemptionPolicy string?; ' +
    '32 overhead {Quantity}; 35 setHostnameAsFQDN bool?; 36 os PodOS; 37 hostUsers bool?; 38 schedulingGates [PodSchedulingGate]; 40 resources ResourceRequirements',
  PodOS: '1 name string',
  PodSchedulingGate: '1 name string',
  PodReadinessGate: '1 conditionType string',
  HostAlias: '1 ip string; 2 hostnames [string]',
  Toleration: '1 key string; 2 operator string; 3 value string; 4 effect string; 5 tolerationSeconds int?',
  Affinity: '1 nodeAffinity NodeAffinity',
  NodeAffinity:
    '1 requiredDuringSchedulingIgnoredDuringExecution NodeSelector; 2 preferredDuringSchedulingIgnoredDuringExecution [PreferredSchedulingTerm]',
  NodeSelector: '1 nodeSelectorTerms [NodeSelectorTerm]',
  NodeSelectorTerm: '1 matchExpressions [LabelSelectorRequirement]; 2 matchFields [LabelSelectorRequirement]',
  PreferredSchedulingTerm: '1 weight int; 2 preference NodeSelectorTerm',

  Container:
    '1 name string; 2 image string; 3 command [string]; 4 args [string]; 5 workingDir string; 6 ports [ContainerPort]; 7 env [EnvVar]; ' +
    '8 resources ResourceRequirements; 9 volumeMounts [VolumeMount]; 10 livenessProbe Probe; 11 readinessProbe Probe; 12 lifecycle Lifecycle; ' +
    '13 terminationMessagePath string; 14 imagePullPolicy string; 15 securityContext SecurityContext; 16 stdin bool; 17 stdinOnce bool; 18 tty bool; ' +
    '19 envFrom [EnvFromSource]; 20 terminationMessagePolicy string; 22 startupProbe Probe; 24 restartPolicy string?',
  ContainerPort: '1 name string; 2 hostPort int; 3 containerPort int; 4 protocol string; 5 hostIP string',
  ResourceRequirements: '1 limits {Quantity}; 2 requests {Quantity}',
  VolumeMount:
    '1 name string; 2 readOnly bool; 3 mountPath string; 4 subPath string; 5 mountPropagation string?; 6 subPathExpr string; 7 recursiveReadOnly string?',
  EnvVar: '1 name string; 2 value string; 3 valueFrom EnvVarSource',
  EnvVarSource:
    '1 fieldRef ObjectFieldSelector; 2 resourceFieldRef ResourceFieldSelector; 3 configMapKeyRef KeyRef; 4 secretKeyRef KeyRef',
  EnvFromSource: '1 prefix string; 2 configMapRef OptionalReference; 3 secretRef OptionalReference',
  OptionalReference: '1 . LocalObjectReference; 2 optional bool?',
  KeyRef: KEY_REF,
  ObjectFieldSelector: '1 apiVersion string; 2 fieldPath string',
  ResourceFieldSelector: '1 containerName string; 2 resource string; 3 divisor Quantity',
  Probe:
    '1 . ProbeHandler; 2 initialDelaySeconds int; 3 timeoutSeconds int; 4 periodSeconds int; 5 successThreshold int; 6 failureThreshold int; ' +
    '7 terminationGracePeriodSeconds int?',
  ProbeHandler: '1 exec ExecAction; 2 httpGet HTTPGetAction; 3 tcpSocket TCPSocketAction; 4 grpc GRPCAction',
  ExecAction: '1 command [string]',
  HTTPGetAction: '1 path string; 2 port IntOrString; 3 host string; 4 scheme string; 5 httpHeaders [NameValue]',
  TCPSocketAction: '1 port IntOrString; 2 host string',
  GRPCAction: '1 port int; 2 service string?',
  NameValue: '1 name string; 2 value string',
  Lifecycle: '1 postStart LifecycleHandler; 2 preStop LifecycleHandler; 3 stopSignal string?',
  LifecycleHandler: '1 exec ExecAction; 2 httpGet HTTPGetAction; 3 tcpSocket TCPSocketAction; 4 sleep SleepAction',
  SleepAction: '1 seconds int',
  SecurityContext:
    '1 capabilities Capabilities; 2 privileged bool?; 3 seLinuxOptions SELinuxOptions; 4 runAsUser int?; 5 runAsNonRoot bool?; ' +
    '6 readOnlyRootFilesystem bool?; 7 allowPrivilegeEscalation bool?; 8 runAsGroup int?; 9 procMount string?; 11 seccompProfile Profile; ' +
    '12 appArmorProfile Profile',
  Capabilities: '1 add [string]; 2 drop [string]',
  SELinuxOptions: '1 user string; 2 role string; 3 type string; 4 level string',
  Profile: '1 type string; 2 localhostProfile string?',
  PodSecurityContext:
    '1 seLinuxOptions SELinuxOptions; 2 runAsUser int?; 3 runAsNonRoot bool?; 4 supplementalGroups [int]; 5 fsGroup int?; 6 runAsGroup int?; ' +
    '7 sysctls [NameValue]; 9 fsGroupChangePolicy string?; 10 seccompProfile Profile; 11 appArmorProfile Profile; 12 supplementalGroupsPolicy string?',

  Volume: '1 name string; 2 . VolumeSource',
  VolumeSource:
    '1 hostPath HostPathVolumeSource; 2 emptyDir EmptyDirVolumeSource; 6 secret SecretVolumeSource; 10 persistentVolumeClaim ClaimVolumeSource; ' +
    '16 downwardAPI DownwardAPIVolumeSource; 19 configMap ConfigMapVolumeSource; 26 projected ProjectedVolumeSource',
  HostPathVolumeSource: '1 path string; 2 type string?',
  EmptyDirVolumeSource: '1 medium string; 2 sizeLimit Quantity?',
  SecretVolumeSource: '1 secretName string; 2 items [KeyToPath]; 3 defaultMode int?; 4 optional bool?',
  ConfigMapVolumeSource: '1 . LocalObjectReference; 2 items [KeyToPath]; 3 defaultMode int?; 4 optional bool?',
  KeyToPath: '1 key string; 2 path string; 3 mode int?',
  ClaimVolumeSource: '1 claimName string; 2 readOnly bool',
  DownwardAPIVolumeSource: '1 items [DownwardAPIVolumeFile]; 2 defaultMode int?',
  DownwardAPIVolumeFile: '1 path string; 2 fieldRef ObjectFieldSelector; 3 resourceFieldRef ResourceFieldSelector; 4 mode int?',
  ProjectedVolumeSource: '1 sources [VolumeProjection]; 2 defaultMode int?',
  VolumeProjection:
    '1 secret ItemsProjection; 2 downwardAPI DownwardAPIProjection; 3 configMap ItemsProjection; 4 serviceAccountToken ServiceAccountTokenProjection',
  ItemsProjection: '1 . LocalObjectReference; 2 items [KeyToPath]; 4 optional bool?',
  DownwardAPIProjection: '1 items [DownwardAPIVolumeFile]',
  ServiceAccountTokenProjection: '1 audience string; 2 expirationSeconds int?; 3 path string',
};
