// Validators that were made from the definitions of custom resources, and what they leave out: unknown fields.
import * as argo from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1";
import * as externalSecrets from "@kubernetes-models/external-secrets/external-secrets.io/v1";
import * as grafana from "@kubernetes-models/grafana-operator/grafana.integreatly.org/v1beta1";
import * as prometheus from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1";
import * as prometheusAlpha from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1alpha1";

const MODELS = {
  "argoproj.io/v1alpha1": argo,
  "external-secrets.io/v1": externalSecrets,
  "grafana.integreatly.org/v1beta1": grafana,
  "monitoring.coreos.com/v1": prometheus,
  "monitoring.coreos.com/v1alpha1": prometheusAlpha,
};

/** Whether Kubernetes itself knows the object's kind; pytest holds those to the OpenAPI schema. */
export function isCore(object) {
  const [group, version] = object.apiVersion.split("/");
  return version === undefined || !group.includes(".") || group.endsWith(".k8s.io");
}

// What made the validators took fields of this name for prose, and lost them: AppProject has one.
const LOST = new Set(["description"]);

/** Everything that is wrong with a custom resource, as text; nothing when it is valid. */
export function problems(object) {
  const Model = MODELS[object.apiVersion]?.[object.kind];
  if (!Model) return [`${object.apiVersion} ${object.kind} has no validator`];
  const read = new Map();
  try {
    Model.prototype.validate.call(watched(object, read)); // not on a new Model: its constructor reads everything
  } catch (error) {
    return [error.message];
  }
  return [...unread(object, read, "")];
}

/**
 * The object, remembering which of its fields are looked at. A validator looks at every field that its definition has
 * and at no other, so what it never looked at is a field that does not exist.
 */
function watched(value, read) {
  if (value === null || typeof value !== "object") return value;
  const seen = read.get(value) ?? new Set();
  read.set(value, seen);
  return new Proxy(value, {
    get(target, key) {
      seen.add(key);
      return watched(target[key], read);
    },
  });
}

/** Paths that nobody looked at. An object of which no field was looked at is open: anything may be in it. */
function* unread(value, read, path) {
  const seen = read.get(value);
  if (!seen || Object.keys(value).every((key) => !seen.has(key))) return;
  for (const [key, child] of Object.entries(value)) {
    if (LOST.has(key)) continue;
    if (!seen.has(key)) yield `${path}/${key} is no field that the definition has`;
    else if (child !== null && typeof child === "object") yield* unread(child, read, `${path}/${key}`);
  }
}
