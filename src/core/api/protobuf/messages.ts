/** The messages of metadata and of every kind clients create in protocol buffers, but pods. Numbers are those of upstream's `generated.proto`. */

const ACCESS_REVIEW = '1 metadata ObjectMeta; 2 spec SubjectAccessReviewSpec; 3 status SubjectAccessReviewStatus';
const BINDING = '1 metadata ObjectMeta; 2 subjects [Subject]; 3 roleRef RoleRef';

export const MESSAGES: Readonly<Record<string, string>> = {
  // The envelope, and what is not a message in JSON.
  Unknown: '1 typeMeta TypeMeta; 2 raw raw; 3 contentEncoding string; 4 contentType string',
  TypeMeta: '1 apiVersion string; 2 kind string',
  Timestamp: '1 seconds int; 2 nanos int',
  QuantityText: '1 string string',
  IntOrStringParts: '1 type int; 2 int int; 3 string string',
  FieldsV1Text: '1 raw raw',
  ExtraValueItems: '1 items [string]',

  // meta/v1
  ObjectMeta:
    '1 name string; 2 generateName string; 3 namespace string; 4 selfLink string; 5 uid string; 6 resourceVersion string; 7 generation int; ' +
    '8 creationTimestamp Time; 9 deletionTimestamp Time?; 10 deletionGracePeriodSeconds int?; 11 labels {string}; 12 annotations {string}; ' +
    '13 ownerReferences [OwnerReference]; 14 finalizers [string]; 17 managedFields [ManagedFieldsEntry]',
  OwnerReference:
    '1 kind string; 3 name string; 4 uid string; 5 apiVersion string; 6 controller bool?; 7 blockOwnerDeletion bool?',
  ManagedFieldsEntry:
    '1 manager string; 2 operation string; 3 apiVersion string; 4 time Time?; 6 fieldsType string; 7 fieldsV1 FieldsV1?; 8 subresource string',
  LabelSelector: '1 matchLabels {string}; 2 matchExpressions [LabelSelectorRequirement]',
  LabelSelectorRequirement: '1 key string; 2 operator string; 3 values [string]',
  Condition:
    '1 type string; 2 status string; 3 observedGeneration int; 4 lastTransitionTime Time; 5 reason string; 6 message string',
  DeleteOptions:
    '1 gracePeriodSeconds int?; 2 preconditions Preconditions; 3 orphanDependents bool?; 4 propagationPolicy string?; 5 dryRun [string]',
  Preconditions: '1 uid string?; 2 resourceVersion string?',

  // core/v1
  Namespace: '1 metadata ObjectMeta; 2 spec NamespaceSpec; 3 status NamespaceStatus',
  NamespaceSpec: '1 finalizers [string]',
  NamespaceStatus: '1 phase string; 2 conditions [NamespaceCondition]',
  NamespaceCondition: '1 type string; 2 status string; 4 lastTransitionTime Time; 5 reason string; 6 message string',
  ConfigMap: '1 metadata ObjectMeta; 2 data {string}; 3 binaryData {bytes}; 4 immutable bool?',
  Secret: '1 metadata ObjectMeta; 2 data {bytes}; 3 type string; 4 stringData {string}; 5 immutable bool?',
  ServiceAccount:
    '1 metadata ObjectMeta; 2 secrets [ObjectReference]; 3 imagePullSecrets [LocalObjectReference]; 4 automountServiceAccountToken bool?',
  ObjectReference:
    '1 kind string; 2 namespace string; 3 name string; 4 uid string; 5 apiVersion string; 6 resourceVersion string; 7 fieldPath string',
  LocalObjectReference: '1 name string',
  Service: '1 metadata ObjectMeta; 2 spec ServiceSpec; 3 status ServiceStatus',
  ServiceSpec:
    '1 ports [ServicePort]; 2 selector {string}; 3 clusterIP string; 4 type string; 5 externalIPs [string]; 7 sessionAffinity string; ' +
    '8 loadBalancerIP string; 9 loadBalancerSourceRanges [string]; 10 externalName string; 11 externalTrafficPolicy string; ' +
    '12 healthCheckNodePort int; 13 publishNotReadyAddresses bool; 14 sessionAffinityConfig SessionAffinityConfig; 17 ipFamilyPolicy string?; ' +
    '18 clusterIPs [string]; 19 ipFamilies [string]; 20 allocateLoadBalancerNodePorts bool?; 21 loadBalancerClass string?; ' +
    '22 internalTrafficPolicy string?; 23 trafficDistribution string?',
  ServicePort: '1 name string; 2 protocol string; 3 port int; 4 targetPort IntOrString; 5 nodePort int; 6 appProtocol string?',
  SessionAffinityConfig: '1 clientIP ClientIPConfig',
  ClientIPConfig: '1 timeoutSeconds int?',
  ServiceStatus: '1 loadBalancer LoadBalancerStatus; 2 conditions [Condition]',
  LoadBalancerStatus: '1 ingress [LoadBalancerIngress]',
  LoadBalancerIngress: '1 ip string; 2 hostname string; 3 ipMode string?',
  Binding: '1 metadata ObjectMeta; 2 target ObjectReference',
  Event:
    '1 metadata ObjectMeta; 2 involvedObject ObjectReference; 3 reason string; 4 message string; 5 source EventSource; 6 firstTimestamp Time; ' +
    '7 lastTimestamp Time; 8 count int; 9 type string; 10 eventTime MicroTime; 11 series EventSeries; 12 action string; ' +
    '13 related ObjectReference; 14 reportingComponent string; 15 reportingInstance string',
  EventSource: '1 component string; 2 host string',
  EventSeries: '1 count int; 2 lastObservedTime MicroTime',

  // events.k8s.io/v1, under a name of its own
  EventsV1Event:
    '1 metadata ObjectMeta; 2 eventTime MicroTime; 3 series EventSeries; 4 reportingController string; 5 reportingInstance string; ' +
    '6 action string; 7 reason string; 8 regarding ObjectReference; 9 related ObjectReference; 10 note string; 11 type string; ' +
    '12 deprecatedSource EventSource; 13 deprecatedFirstTimestamp Time; 14 deprecatedLastTimestamp Time; 15 deprecatedCount int',

  // coordination.k8s.io/v1
  Lease: '1 metadata ObjectMeta; 2 spec LeaseSpec',
  LeaseSpec:
    '1 holderIdentity string?; 2 leaseDurationSeconds int?; 3 acquireTime MicroTime?; 4 renewTime MicroTime?; 5 leaseTransitions int?; ' +
    '6 strategy string?; 7 preferredHolder string?',

  // policy/v1
  PodDisruptionBudget: '1 metadata ObjectMeta; 2 spec PodDisruptionBudgetSpec; 3 status PodDisruptionBudgetStatus',
  PodDisruptionBudgetSpec:
    '1 minAvailable IntOrString?; 2 selector LabelSelector; 3 maxUnavailable IntOrString?; 4 unhealthyPodEvictionPolicy string?',
  PodDisruptionBudgetStatus:
    '1 observedGeneration int; 2 disruptedPods {Time}; 3 disruptionsAllowed int; 4 currentHealthy int; 5 desiredHealthy int; 6 expectedPods int; ' +
    '7 conditions [Condition]',
  Eviction: '1 metadata ObjectMeta; 2 deleteOptions DeleteOptions',

  // scheduling.k8s.io/v1
  PriorityClass: '1 metadata ObjectMeta; 2 value int; 3 globalDefault bool; 4 description string; 5 preemptionPolicy string?',

  // rbac.authorization.k8s.io/v1
  Role: '1 metadata ObjectMeta; 2 rules [PolicyRule]',
  ClusterRole: '1 metadata ObjectMeta; 2 rules [PolicyRule]; 3 aggregationRule AggregationRule',
  AggregationRule: '1 clusterRoleSelectors [LabelSelector]',
  PolicyRule:
    '1 verbs [string]; 2 apiGroups [string]; 3 resources [string]; 4 resourceNames [string]; 5 nonResourceURLs [string]',
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
  Subject: '1 kind string; 2 apiGroup string; 3 name string; 4 namespace string',
  RoleRef: '1 apiGroup string; 2 kind string; 3 name string',

  // authentication.k8s.io/v1 and authorization.k8s.io/v1
  TokenRequest: '1 metadata ObjectMeta; 2 spec TokenRequestSpec; 3 status TokenRequestStatus',
  TokenRequestSpec: '1 audiences [string]; 3 boundObjectRef BoundObjectReference; 4 expirationSeconds int?',
  BoundObjectReference: '1 kind string; 2 apiVersion string; 3 name string; 4 uid string',
  TokenRequestStatus: '1 token string; 2 expirationTimestamp Time',
  TokenReview: '1 metadata ObjectMeta; 2 spec TokenReviewSpec; 3 status TokenReviewStatus',
  TokenReviewSpec: '1 token string; 2 audiences [string]',
  TokenReviewStatus: '1 authenticated bool; 2 user UserInfo; 3 error string; 4 audiences [string]',
  UserInfo: '1 username string; 2 uid string; 3 groups [string]; 4 extra {ExtraValue}',
  SelfSubjectReview: '1 metadata ObjectMeta; 2 status SelfSubjectReviewStatus',
  SelfSubjectReviewStatus: '1 userInfo UserInfo',
  SelfSubjectAccessReview: '1 metadata ObjectMeta; 2 spec SelfSubjectAccessReviewSpec; 3 status SubjectAccessReviewStatus',
  SelfSubjectAccessReviewSpec: '1 resourceAttributes ResourceAttributes; 2 nonResourceAttributes NonResourceAttributes',
  SubjectAccessReview: ACCESS_REVIEW,
  LocalSubjectAccessReview: ACCESS_REVIEW,
  SubjectAccessReviewSpec:
    '1 resourceAttributes ResourceAttributes; 2 nonResourceAttributes NonResourceAttributes; 3 user string; 4 groups [string]; ' +
    '5 extra {ExtraValue}; 6 uid string',
  SubjectAccessReviewStatus: '1 allowed bool; 2 reason string; 3 evaluationError string; 4 denied bool',
  ResourceAttributes:
    '1 namespace string; 2 verb string; 3 group string; 4 version string; 5 resource string; 6 subresource string; 7 name string; ' +
    '8 fieldSelector SelectorAttributes; 9 labelSelector SelectorAttributes',
  SelectorAttributes: '1 rawSelector string; 2 requirements [LabelSelectorRequirement]',
  NonResourceAttributes: '1 path string; 2 verb string',
  SelfSubjectRulesReview: '1 metadata ObjectMeta; 2 spec SelfSubjectRulesReviewSpec; 3 status SubjectRulesReviewStatus',
  SelfSubjectRulesReviewSpec: '1 namespace string',
  SubjectRulesReviewStatus:
    '1 resourceRules [ResourceRule]; 2 nonResourceRules [NonResourceRule]; 3 incomplete bool; 4 evaluationError string',
  ResourceRule: '1 verbs [string]; 2 apiGroups [string]; 3 resources [string]; 4 resourceNames [string]',
  NonResourceRule: '1 verbs [string]; 2 nonResourceURLs [string]',
};
