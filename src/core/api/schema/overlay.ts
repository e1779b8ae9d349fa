/** List types, map types and patch strategies of the included definitions: what the API declares and the generated models lack. */

/** How two lists or maps are compared, owned and merged. */
export interface Topology {
  /** `x-kubernetes-list-type`. */
  readonly listType?: 'atomic' | 'set' | 'map';
  /** `x-kubernetes-list-map-keys`. */
  readonly listMapKeys?: readonly string[];
  /** `x-kubernetes-map-type`. */
  readonly mapType?: 'atomic' | 'granular';
  /** `x-kubernetes-patch-merge-key`. */
  readonly mergeKey?: string;
  /** `x-kubernetes-patch-strategy`, as written. */
  readonly patchStrategy?: string;
}

const mapOf = (keys: string, strategy = 'merge'): Topology => {
  const listMapKeys = keys.split(' ');
  return { listType: 'map', listMapKeys, mergeKey: listMapKeys[0] ?? '', patchStrategy: strategy };
};
const plainMapOf = (key: string): Topology => ({ listType: 'map', listMapKeys: [key] });

/** Each topology with the fields that have it: `<package>.<Definition>.<field>`, several fields of one definition joined by `|`. */
const FIELDS: readonly (readonly [Topology, string])[] = [
  [
    mapOf('type'),
    `apps.DaemonSetStatus.conditions apps.DeploymentStatus.conditions apps.ReplicaSetStatus.conditions core.NamespaceStatus.conditions
     core.NodeStatus.addresses|conditions core.PersistentVolumeClaimStatus.conditions core.PodStatus.conditions
     core.ReplicationControllerStatus.conditions core.ServiceStatus.conditions policy.PodDisruptionBudgetStatus.conditions`,
  ],
  [
    mapOf('name'),
    `core.Container.env core.ContainerStatus.allocatedResourcesStatus core.EphemeralContainer.env
     core.PodSpec.containers|ephemeralContainers|imagePullSecrets|initContainers|schedulingGates core.ServiceAccount.secrets`,
  ],
  [mapOf('name', 'merge,retainKeys'), 'core.PodSpec.resourceClaims|volumes core.PodStatus.resourceClaimStatuses'],
  [mapOf('containerPort protocol'), 'core.Container.ports core.EphemeralContainer.ports'],
  [mapOf('devicePath'), 'core.Container.volumeDevices core.EphemeralContainer.volumeDevices'],
  [mapOf('mountPath'), 'core.Container.volumeMounts core.ContainerStatus.volumeMounts core.EphemeralContainer.volumeMounts'],
  [mapOf('ip'), 'core.PodSpec.hostAliases core.PodStatus.podIPs'],
  [mapOf('topologyKey whenUnsatisfiable'), 'core.PodSpec.topologySpreadConstraints'],
  [mapOf('port protocol'), 'core.ServiceSpec.ports'],
  [mapOf('uid'), 'meta.ObjectMeta.ownerReferences'],
  [plainMapOf('name'), 'core.ResourceRequirements.claims'],
  [plainMapOf('resourceID'), 'core.ResourceStatus.resources'],
  [{ listType: 'atomic', mergeKey: 'ip', patchStrategy: 'merge' }, 'core.PodStatus.hostIPs'],
  [{ listType: 'set' }, 'core.ContainerRestartRuleOnExitCodes.values core.NodeAllocatableResourceClaimStatus.containers'],
  [{ listType: 'set', patchStrategy: 'merge' }, 'core.NodeSpec.podCIDRs meta.ObjectMeta.finalizers'],
  [{ patchStrategy: 'retainKeys' }, 'apps.DeploymentSpec.strategy'],
  [{ patchStrategy: 'replace' }, 'policy.PodDisruptionBudgetSpec.selector'],
  [{ mapType: 'granular' }, 'core.PersistentVolumeClaimStatus.allocatedResourceStatuses core.PersistentVolumeSpec.claimRef'],
  [{ mapType: 'atomic' }, 'core.PodSpec.nodeSelector core.ReplicationControllerSpec.selector core.ServiceSpec.selector'],
  [
    { listType: 'atomic' },
    `authentication.TokenRequestSpec.audiences authentication.TokenReviewSpec.audiences authentication.TokenReviewStatus.audiences
     authentication.UserInfo.groups authorization.FieldSelectorAttributes.requirements authorization.LabelSelectorAttributes.requirements
     authorization.NonResourceRule.nonResourceURLs|verbs authorization.ResourceRule.apiGroups|resourceNames|resources|verbs
     authorization.SubjectAccessReviewSpec.groups authorization.SubjectRulesReviewStatus.nonResourceRules|resourceRules
     core.Capabilities.add|drop core.CephFSPersistentVolumeSource.monitors core.CephFSVolumeSource.monitors core.ConfigMapProjection.items
     core.ConfigMapVolumeSource.items core.Container.args|command|envFrom|resizePolicy|restartPolicyRules core.ContainerImage.names
     core.DownwardAPIProjection.items core.DownwardAPIVolumeSource.items core.EndpointSubset.addresses|notReadyAddresses|ports
     core.Endpoints.subsets core.EphemeralContainer.args|command|envFrom|resizePolicy|restartPolicyRules core.ExecAction.command
     core.FCVolumeSource.targetWWNs|wwids core.HTTPGetAction.httpHeaders core.HostAlias.hostnames
     core.ISCSIPersistentVolumeSource.portals core.ISCSIVolumeSource.portals core.LimitRangeSpec.limits
     core.LinuxContainerUser.supplementalGroups core.LoadBalancerIngress.ports core.LoadBalancerStatus.ingress
     core.NamespaceSpec.finalizers core.NodeAffinity.preferredDuringSchedulingIgnoredDuringExecution core.NodeSelector.nodeSelectorTerms
     core.NodeSelectorRequirement.values core.NodeSelectorTerm.matchExpressions|matchFields core.NodeSpec.taints
     core.NodeStatus.declaredFeatures|images|runtimeHandlers|volumesAttached|volumesInUse core.PersistentVolumeClaimSpec.accessModes
     core.PersistentVolumeClaimStatus.accessModes core.PersistentVolumeSpec.accessModes|mountOptions
     core.PodAffinity.preferredDuringSchedulingIgnoredDuringExecution|requiredDuringSchedulingIgnoredDuringExecution
     core.PodAffinityTerm.matchLabelKeys|mismatchLabelKeys|namespaces
     core.PodAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution|requiredDuringSchedulingIgnoredDuringExecution
     core.PodDNSConfig.nameservers|options|searches core.PodExtendedResourceClaimStatus.requestMappings
     core.PodSecurityContext.supplementalGroups|sysctls core.PodSpec.readinessGates|tolerations
     core.PodStatus.containerStatuses|ephemeralContainerStatuses|initContainerStatuses|nodeAllocatableResourceClaimStatuses
     core.ProjectedVolumeSource.sources core.RBDPersistentVolumeSource.monitors core.RBDVolumeSource.monitors
     core.ResourceQuotaSpec.scopes core.ScopeSelector.matchExpressions core.ScopedResourceSelectorRequirement.values
     core.SecretProjection.items core.SecretVolumeSource.items core.ServiceAccount.imagePullSecrets
     core.ServiceSpec.clusterIPs|externalIPs|ipFamilies|loadBalancerSourceRanges core.TopologySpreadConstraint.matchLabelKeys
     rbac.AggregationRule.clusterRoleSelectors rbac.ClusterRole.rules rbac.ClusterRoleBinding.subjects
     rbac.PolicyRule.apiGroups|nonResourceURLs|resourceNames|resources|verbs rbac.Role.rules rbac.RoleBinding.subjects
     meta.APIGroup.serverAddressByClientCIDRs|versions meta.APIGroupList.groups meta.APIResource.categories|shortNames
     meta.APIResourceList.resources meta.APIVersions.serverAddressByClientCIDRs|versions meta.DeleteOptions.dryRun
     meta.FieldSelectorRequirement.values meta.LabelSelector.matchExpressions meta.LabelSelectorRequirement.values
     meta.ObjectMeta.managedFields meta.StatusDetails.causes`,
  ],
];

/** Definitions that are owned and replaced as one value wherever they stand (`x-kubernetes-map-type: atomic`). */
const ATOMIC_DEFINITIONS = `core.ConfigMapKeySelector core.EndpointAddress core.EndpointPort core.FileKeySelector core.LocalObjectReference
  core.NodeSelector core.NodeSelectorTerm core.ObjectFieldSelector core.ObjectReference core.ResourceFieldSelector core.ScopeSelector
  core.SecretKeySelector core.SecretReference core.TypedLocalObjectReference rbac.RoleRef rbac.Subject meta.LabelSelector meta.OwnerReference`;

/** Fields whose strings are `resource.Quantity`; the generated models call them plain strings. */
const QUANTITY_FIELDS = `core.ContainerStatus.allocatedResources core.EmptyDirVolumeSource.sizeLimit
  core.LimitRangeItem.default|defaultRequest|max|maxLimitRequestRatio|min core.NodeAllocatableResourceClaimStatus.resources
  core.NodeStatus.allocatable|capacity core.PersistentVolumeClaimStatus.allocatedResources|capacity core.PersistentVolumeSpec.capacity
  core.PodSpec.overhead core.PodStatus.allocatedResources core.ResourceFieldSelector.divisor core.ResourceQuotaSpec.hard
  core.ResourceQuotaStatus.hard|used core.ResourceRequirements.limits|requests core.VolumeResourceRequirements.limits|requests`;

/** `io.k8s.api.core.v1.Pod` → `core.Pod`: how the tables of this folder name a definition. */
export function shortName(definition: string): string {
  const parts = definition.split('.');
  return `${parts[parts.length - 3] ?? ''}.${parts[parts.length - 1] ?? ''}`;
}

/** The words of a table, `a.B.c|d` expanded to `a.B.c a.B.d`. */
export function expandFields(table: string): string[] {
  return table.split(/\s+/).flatMap((word) => {
    const dot = word.lastIndexOf('.');
    return dot < 0
      ? []
      : word
          .slice(dot + 1)
          .split('|')
          .map((field) => `${word.slice(0, dot)}.${field}`);
  });
}

const topologies = new Map(FIELDS.flatMap(([topology, table]) => expandFields(table).map((field) => [field, topology] as const)));
const atomicDefinitions = new Set(ATOMIC_DEFINITIONS.split(/\s+/));
const quantityFields = new Set(expandFields(QUANTITY_FIELDS));
const NONE: Topology = {};

/** The topology of a field, named `<package>.<Definition>.<field>`. */
export function fieldTopology(field: string): Topology {
  return topologies.get(field) ?? NONE;
}

/** Whether a definition, by its short name, is atomic wherever it stands. */
export function isAtomicDefinition(name: string): boolean {
  return atomicDefinitions.has(name);
}

/** Whether the strings of a field, named `<package>.<Definition>.<field>`, are quantities. */
export function isQuantityField(field: string): boolean {
  return quantityFields.has(field);
}
