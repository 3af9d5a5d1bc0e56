// The validators refuse what a cluster would refuse or lose: each kind, spoilt once.
import assert from "node:assert/strict";
import { test } from "node:test";

import { isCore, problems } from "./validators.mjs";

const meta = { name: "x", namespace: "y" };
const application = () => ({
  apiVersion: "argoproj.io/v1alpha1",
  kind: "Application",
  metadata: meta,
  spec: { project: "p", source: { repoURL: "r", path: "a" }, destination: { server: "s", namespace: "n" } },
});
const rule = () => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "PrometheusRule",
  metadata: meta,
  spec: { groups: [{ name: "g", rules: [{ alert: "A", expr: "1 > 0", for: "5m", labels: { team: "a" } }] }] },
});
const monitor = () => ({
  apiVersion: "monitoring.coreos.com/v1",
  kind: "ServiceMonitor",
  metadata: meta,
  spec: { selector: { matchLabels: { app: "x" } }, endpoints: [{ port: "http", interval: "30s" }] },
});
const scrape = () => ({
  apiVersion: "monitoring.coreos.com/v1alpha1",
  kind: "ScrapeConfig",
  metadata: meta,
  spec: { jobName: "j", staticConfigs: [{ targets: ["a:1"] }] },
});
const secret = () => ({
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: meta,
  spec: { secretStoreRef: { name: "s", kind: "ClusterSecretStore" }, dataFrom: [{ extract: { key: "k" } }] },
});
const dashboard = () => ({
  apiVersion: "grafana.integreatly.org/v1beta1",
  kind: "GrafanaDashboard",
  metadata: meta,
  spec: { instanceSelector: { matchLabels: { dashboards: "grafana" } }, json: "{}" },
});

const GOOD = { application, rule, monitor, scrape, secret, dashboard };
for (const [name, make] of Object.entries(GOOD)) {
  test(`a good ${name} has no problems`, () => assert.deepEqual(problems(make()), []));
  test(`a ${name} with a field that does not exist is refused`, () => {
    const object = make();
    object.spec.wrnog = "x";
    assert.match(problems(object).join(), /\/spec\/wrnog is no field/);
  });
}

const SPOILT = {
  "an application without a project": [application, (spec) => delete spec.project, /project/],
  "a misspelt field of a source": [application, (spec) => (spec.source.pth = "a"), /\/spec\/source\/pth is no field/],
  "a rule without an expression": [rule, (spec) => delete spec.groups[0].rules[0].expr, /expr/],
  "a rule that waits in no unit of time": [rule, (spec) => (spec.groups[0].rules[0].for = "5x"), /for/],
  "a misspelt field of a rule": [rule, (spec) => (spec.groups[0].rules[0].fro = "5m"), /fro is no field/],
  "a monitor without a selector": [monitor, (spec) => delete spec.selector, /selector/],
  "a monitor with an interval in words": [monitor, (spec) => (spec.endpoints[0].interval = "soon"), /interval/],
  "a scrape of something that is no list": [scrape, (spec) => (spec.staticConfigs = "a:1"), /staticConfigs/],
  "a store of an unknown kind": [secret, (spec) => (spec.secretStoreRef.kind = "Vault"), /kind/],
  "a dashboard for no instance": [dashboard, (spec) => delete spec.instanceSelector, /instanceSelector/],
};
for (const [name, [make, spoil, expected]] of Object.entries(SPOILT)) {
  test(`${name} is refused`, () => {
    const object = make();
    spoil(object.spec);
    assert.match(problems(object).join(), expected);
  });
}

test("labels may be anything", () => {
  const object = rule();
  object.spec.groups[0].rules[0].labels = { whatever: "x", "a/b": "y" };
  assert.deepEqual(problems(object), []);
});

test("a kind without a validator is a problem and not passed over", () => {
  assert.match(problems({ apiVersion: "monitoring.coreos.com/v1", kind: "Promtheus", metadata: meta })[0], /no validator/);
});

test("objects of Kubernetes itself are left to its own schema", () => {
  for (const apiVersion of ["v1", "apps/v1", "networking.k8s.io/v1"]) assert.ok(isCore({ apiVersion }));
  for (const apiVersion of ["argoproj.io/v1alpha1", "external-secrets.io/v1"]) assert.ok(!isCore({ apiVersion }));
});
