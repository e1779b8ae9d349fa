/** What JSON leaves open about the Go types behind the API: which fields are pointers, which are written even when empty, and their type names. */
import { expandFields } from './overlay.ts';

/** Optional fields whose Go type is a pointer to a scalar: written whenever set, zero or not. (k8s.io/api types.) */
const POINTER_SCALARS = `
  apps.DaemonSetSpec.revisionHistoryLimit apps.DaemonSetStatus.collisionCount
  apps.DeploymentSpec.progressDeadlineSeconds|replicas|revisionHistoryLimit apps.DeploymentStatus.collisionCount|terminatingReplicas
  apps.ReplicaSetSpec.replicas apps.ReplicaSetStatus.terminatingReplicas apps.RollingUpdateDaemonSet.maxSurge|maxUnavailable
  apps.RollingUpdateDeployment.maxSurge|maxUnavailable authentication.TokenRequestSpec.expirationSeconds
  coordination.LeaseSpec.acquireTime|holderIdentity|leaseDurationSeconds|leaseTransitions|preferredHolder|renewTime|strategy
  core.AppArmorProfile.localhostProfile core.AzureDiskVolumeSource.cachingMode|fsType|kind|readOnly
  core.AzureFilePersistentVolumeSource.secretNamespace core.CSIVolumeSource.fsType|readOnly core.ClientIPConfig.timeoutSeconds
  core.ClusterTrustBundleProjection.name|optional|signerName core.ConfigMap.immutable core.ConfigMapEnvSource.optional
  core.ConfigMapKeySelector.optional core.ConfigMapProjection.optional core.ConfigMapVolumeSource.defaultMode|optional
  core.Container.restartPolicy core.ContainerStatus.started|stopSignal core.DownwardAPIVolumeFile.mode
  core.DownwardAPIVolumeSource.defaultMode core.EmptyDirVolumeSource.sizeLimit core.EndpointAddress.nodeName
  core.EndpointPort.appProtocol core.EphemeralContainer.restartPolicy core.FCVolumeSource.lun core.FileKeySelector.optional
  core.GRPCAction.service core.GlusterfsPersistentVolumeSource.endpointsNamespace core.HostPathVolumeSource.type
  core.ISCSIPersistentVolumeSource.initiatorName core.ISCSIVolumeSource.initiatorName core.KeyToPath.mode core.Lifecycle.stopSignal
  core.LoadBalancerIngress.ipMode core.LocalVolumeSource.fsType core.NodeFeatures.supplementalGroupsPolicy
  core.NodeRuntimeHandlerFeatures.recursiveReadOnlyMounts|userNamespaces core.NodeSwapStatus.capacity
  core.PersistentVolumeClaimSpec.storageClassName|volumeAttributesClassName|volumeMode
  core.PersistentVolumeClaimStatus.currentVolumeAttributesClassName core.PersistentVolumeSpec.volumeAttributesClassName|volumeMode
  core.PersistentVolumeStatus.lastPhaseTransitionTime core.PodCertificateProjection.maxExpirationSeconds core.PodDNSConfigOption.value
  core.PodResourceClaim.resourceClaimName|resourceClaimTemplateName core.PodResourceClaimStatus.resourceClaimName
  core.PodSchedulingGroup.podGroupName
  core.PodSecurityContext.fsGroup|fsGroupChangePolicy|runAsGroup|runAsNonRoot|runAsUser|seLinuxChangePolicy|supplementalGroupsPolicy
  core.PodSpec.activeDeadlineSeconds|automountServiceAccountToken|enableServiceLinks|hostUsers|hostnameOverride
  core.PodSpec.preemptionPolicy|priority|runtimeClassName|setHostnameAsFQDN|shareProcessNamespace|terminationGracePeriodSeconds
  core.PodStatus.startTime core.PortStatus.error core.Probe.terminationGracePeriodSeconds core.ProjectedVolumeSource.defaultMode
  core.ReplicationControllerSpec.replicas core.ResourceHealth.message core.SeccompProfile.localhostProfile core.Secret.immutable
  core.SecretEnvSource.optional core.SecretKeySelector.optional core.SecretProjection.optional
  core.SecretVolumeSource.defaultMode|optional
  core.SecurityContext.allowPrivilegeEscalation|privileged|procMount|readOnlyRootFilesystem|runAsGroup|runAsNonRoot|runAsUser
  core.ServiceAccount.automountServiceAccountToken core.ServiceAccountTokenProjection.expirationSeconds core.ServicePort.appProtocol
  core.ServiceSpec.allocateLoadBalancerNodePorts|internalTrafficPolicy|ipFamilyPolicy|loadBalancerClass|trafficDistribution
  core.Taint.timeAdded core.Toleration.tolerationSeconds core.TopologySpreadConstraint.minDomains|nodeAffinityPolicy|nodeTaintsPolicy
  core.TypedLocalObjectReference.apiGroup core.TypedObjectReference.apiGroup|namespace
  core.VolumeMount.mountPropagation|recursiveReadOnly core.VolumeMountStatus.recursiveReadOnly
  core.WindowsSecurityContextOptions.gmsaCredentialSpec|gmsaCredentialSpecName|hostProcess|runAsUserName
  policy.PodDisruptionBudgetSpec.maxUnavailable|minAvailable|unhealthyPodEvictionPolicy scheduling.PriorityClass.preemptionPolicy
  meta.DeleteOptions.gracePeriodSeconds|ignoreStoreReadErrorWithClusterBreakingPotential|orphanDependents|propagationPolicy
  meta.ListMeta.remainingItemCount meta.ManagedFieldsEntry.time meta.ObjectMeta.deletionGracePeriodSeconds|deletionTimestamp
  meta.OwnerReference.blockOwnerDeletion|controller meta.Preconditions.resourceVersion|uid`;

/** Fields of object type that are values, not pointers, besides `metadata` and a kind's `spec` and `status`: `{}` is always written. */
const VALUE_OBJECTS = `
  apps.DaemonSetSpec.template|updateStrategy apps.DeploymentSpec.strategy|template apps.ReplicaSetSpec.template
  authentication.SelfSubjectReviewStatus.userInfo authentication.TokenReviewStatus.user core.Binding.target core.Container.resources
  core.ContainerStatus.lastState|state core.EphemeralContainer.resources core.Event.involvedObject|source
  core.NodeDaemonEndpoints.kubeletEndpoint core.NodeStatus.daemonEndpoints|nodeInfo core.PersistentVolumeClaimSpec.resources
  core.PersistentVolumeClaimTemplate.spec core.PodTemplate.template core.PodTemplateSpec.spec core.PreferredSchedulingTerm.preference
  core.ServiceStatus.loadBalancer core.WeightedPodAffinityTerm.podAffinityTerm events.Event.deprecatedSource|regarding
  meta.APIGroup.preferredVersion rbac.ClusterRoleBinding.roleRef rbac.RoleBinding.roleRef`;

/** Optional fields without `omitempty`: written even when empty, as `""`, `0` or `null`. */
const ALWAYS_WRITTEN = `
  authentication.TokenRequestSpec.audiences|boundObjectRef|expirationSeconds authentication.TokenRequestStatus.expirationTimestamp|token
  core.ContainerImage.names core.Event.reportingComponent|reportingInstance core.GRPCAction.service
  core.TypedLocalObjectReference.apiGroup core.TypedObjectReference.apiGroup
  policy.PodDisruptionBudgetStatus.currentHealthy|desiredHealthy|disruptionsAllowed|expectedPods rbac.ClusterRole.rules rbac.Role.rules
  rbac.RoleRef.apiGroup scheduling.PriorityClass.value`;

/** Names of Go string types (package `v1` throughout), as decoding errors print them; `[]` marks lists of them. */
const NAMED_STRINGS: Readonly<Record<string, string>> = {
  DaemonSetUpdateStrategyType: 'apps.DaemonSetUpdateStrategy.type',
  DaemonSetConditionType: 'apps.DaemonSetCondition.type',
  DeploymentStrategyType: 'apps.DeploymentStrategy.type',
  DeploymentConditionType: 'apps.DeploymentCondition.type',
  ReplicaSetConditionType: 'apps.ReplicaSetCondition.type',
  CoordinatedLeaseStrategy: 'coordination.LeaseSpec.strategy',
  AppArmorProfileType: 'core.AppArmorProfile.type',
  Capability: 'core.Capabilities.add|drop',
  ConditionStatus:
    'apps.DaemonSetCondition.status apps.DeploymentCondition.status apps.ReplicaSetCondition.status core.NamespaceCondition.status core.NodeCondition.status core.PodCondition.status core.PersistentVolumeClaimCondition.status meta.Condition.status',
  ContainerRestartPolicy: 'core.Container.restartPolicy core.EphemeralContainer.restartPolicy',
  DNSPolicy: 'core.PodSpec.dnsPolicy',
  FinalizerName: 'core.NamespaceSpec.finalizers',
  HostPathType: 'core.HostPathVolumeSource.type',
  IPFamily: 'core.ServiceSpec.ipFamilies',
  IPFamilyPolicy: 'core.ServiceSpec.ipFamilyPolicy',
  LabelSelectorOperator: 'meta.LabelSelectorRequirement.operator',
  ManagedFieldsOperationType: 'meta.ManagedFieldsEntry.operation',
  MountPropagationMode: 'core.VolumeMount.mountPropagation',
  NamespaceConditionType: 'core.NamespaceCondition.type',
  NamespacePhase: 'core.NamespaceStatus.phase',
  NodeAddressType: 'core.NodeAddress.type',
  NodeConditionType: 'core.NodeCondition.type',
  NodeInclusionPolicy: 'core.TopologySpreadConstraint.nodeAffinityPolicy|nodeTaintsPolicy',
  NodePhase: 'core.NodeStatus.phase',
  NodeSelectorOperator: 'core.NodeSelectorRequirement.operator',
  OSName: 'core.PodOS.name',
  PersistentVolumeAccessMode: 'core.PersistentVolumeClaimSpec.accessModes core.PersistentVolumeSpec.accessModes',
  PersistentVolumeMode: 'core.PersistentVolumeClaimSpec.volumeMode core.PersistentVolumeSpec.volumeMode',
  PodConditionType: 'core.PodCondition.type core.PodReadinessGate.conditionType',
  PodFSGroupChangePolicy: 'core.PodSecurityContext.fsGroupChangePolicy',
  PodPhase: 'core.PodStatus.phase',
  PodQOSClass: 'core.PodStatus.qosClass',
  PodSELinuxChangePolicy: 'core.PodSecurityContext.seLinuxChangePolicy',
  PreemptionPolicy: 'core.PodSpec.preemptionPolicy scheduling.PriorityClass.preemptionPolicy',
  ProcMountType: 'core.SecurityContext.procMount',
  Protocol: 'core.ContainerPort.protocol core.ServicePort.protocol core.EndpointPort.protocol',
  PullPolicy: 'core.Container.imagePullPolicy core.EphemeralContainer.imagePullPolicy core.ImageVolumeSource.pullPolicy',
  DeletionPropagation: 'meta.DeleteOptions.propagationPolicy',
  RecursiveReadOnlyMode: 'core.VolumeMount.recursiveReadOnly',
  ResourceResizeRestartPolicy: 'core.ContainerResizePolicy.restartPolicy',
  ResourceName: 'core.ContainerResizePolicy.resourceName',
  RestartPolicy: 'core.PodSpec.restartPolicy',
  SeccompProfileType: 'core.SeccompProfile.type',
  SecretType: 'core.Secret.type',
  ServiceAffinity: 'core.ServiceSpec.sessionAffinity',
  ServiceExternalTrafficPolicy: 'core.ServiceSpec.externalTrafficPolicy',
  ServiceInternalTrafficPolicy: 'core.ServiceSpec.internalTrafficPolicy',
  ServiceType: 'core.ServiceSpec.type',
  Signal: 'core.Lifecycle.stopSignal core.ContainerStatus.stopSignal',
  StorageMedium: 'core.EmptyDirVolumeSource.medium',
  SupplementalGroupsPolicy: 'core.PodSecurityContext.supplementalGroupsPolicy',
  TaintEffect: 'core.Taint.effect core.Toleration.effect',
  TerminationMessagePolicy: 'core.Container.terminationMessagePolicy core.EphemeralContainer.terminationMessagePolicy',
  TolerationOperator: 'core.Toleration.operator',
  URIScheme: 'core.HTTPGetAction.scheme',
  UnhealthyPodEvictionPolicyType: 'policy.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy',
  UnsatisfiableConstraintAction: 'core.TopologySpreadConstraint.whenUnsatisfiable',
};

const pointers = new Set(expandFields(POINTER_SCALARS));
const values = new Set(expandFields(VALUE_OBJECTS));
const always = new Set(expandFields(ALWAYS_WRITTEN));
const strings = new Map(
  Object.entries(NAMED_STRINGS).flatMap(([name, table]) => expandFields(table).map((field) => [field, name] as const)),
);

/** Whether an optional scalar field, named `<package>.<Definition>.<field>`, is a pointer. */
export function isPointerScalar(field: string): boolean {
  return pointers.has(field);
}

/** Whether an object field is a struct value that Go writes even when it is empty; `ofKind` marks fields of a top-level kind. */
export function isValueObject(field: string, ofKind: boolean): boolean {
  return values.has(field) || field.endsWith('.metadata') || (ofKind && (field.endsWith('.spec') || field.endsWith('.status')));
}

/** Whether an optional field lacks `omitempty`. */
export function isAlwaysWritten(field: string): boolean {
  return always.has(field);
}

/** The Go name of a string field's type without its package, `undefined` for plain `string`. */
export function namedString(field: string): string | undefined {
  return strings.get(field);
}
