/** Defaults of containers, wherever they stand. */
import type { ContainerPort } from '../../kube/objects.ts';
import type { ContainerShape, FieldRef, Handler, ProbeShape } from '../validation/pod-spec/shape.ts';
import { defaultPullPolicy } from './image-tag.ts';
import { defaultResourceList } from './resource-list.ts';

/** Fills one container in. */
export function defaultContainer(container: ContainerShape): void {
  if (!container.imagePullPolicy) container.imagePullPolicy = defaultPullPolicy(container.image ?? '');
  if (!container.terminationMessagePath) container.terminationMessagePath = '/dev/termination-log';
  if (!container.terminationMessagePolicy) container.terminationMessagePolicy = 'File';
  container.resources ??= {};
  defaultResourceList(container.resources.limits);
  defaultResourceList(container.resources.requests);
  for (const port of container.ports ?? []) defaultPort(port);
  for (const { valueFrom } of container.env ?? []) if (valueFrom?.fieldRef) defaultFieldRef(valueFrom.fieldRef);
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  for (const handler of [container.lifecycle?.postStart, container.lifecycle?.preStop]) if (handler) defaultHandler(handler);
}

function defaultPort(port: ContainerPort): void {
  if (!port.protocol) port.protocol = 'TCP';
}

/** The only version pods have. */
export function defaultFieldRef(ref: FieldRef): void {
  if (!ref.apiVersion) ref.apiVersion = 'v1';
}

function defaultProbe(probe: ProbeShape): void {
  probe.timeoutSeconds ||= 1;
  probe.periodSeconds ||= 10;
  probe.successThreshold ||= 1;
  probe.failureThreshold ||= 3;
  defaultHandler(probe);
  if (probe.grpc) probe.grpc.service ??= '';
}

function defaultHandler(handler: Handler): void {
  if (!handler.httpGet) return;
  handler.httpGet.path ||= '/';
  handler.httpGet.scheme ||= 'HTTP';
}
