"""Types of resources in infrastructure code find the record of their service, the most particular one there is."""

from __future__ import annotations

import pytest

from freehold.catalog.query import Catalog, open_catalog
from freehold.model.component import Component, ComponentKey, ComponentKind


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog()


@pytest.mark.parametrize(
    ("kind", "offering"),
    [
        ("aws_s3_bucket", "aws-s3"),
        ("aws_glue_job", "aws"),
        ("aws_instance", "aws-ec2"),
        ("AWS::S3", "aws-s3"),
        ("AWS::SNS", "aws"),
        ("azurerm_storage_account", "azure-blob-storage"),
        ("azurerm_kubernetes_cluster", "azure"),
        ("azuread_group", "entra-id"),
        ("Microsoft.Storage/storageAccounts", "azure-blob-storage"),
        ("Microsoft.Web/sites", "azure"),
        ("google_bigquery_dataset", "google-bigquery"),
        ("google_container_cluster", "google-cloud"),
        ("cloudflare_r2_bucket", "cloudflare-r2"),
        ("cloudflare_record", "cloudflare"),
        ("alicloud_oss_bucket", "alibaba-oss"),
        ("alicloud_vpc", "alibaba-cloud"),
        ("tencentcloud_instance", "tencent-cloud"),
        ("huaweicloud_vpc", "huawei-cloud"),
        ("yandex_compute_instance", "yandex-cloud"),
        ("oci_core_vcn", "oracle-cloud"),
        ("ibm_is_vpc", "ibm-cloud"),
        ("scaleway_instance_server", "scaleway"),
        ("ovh_cloud_project_kube", "ovhcloud"),
        ("hcloud_*", "hetzner"),
        ("datadog_*", "datadog"),
        ("GitHub Actions", "github-actions"),
        ("CircleCI", "circleci"),
        ("Vercel", "vercel"),
    ],
)
def test_a_resource_is_the_service_it_stands_for(catalog: Catalog, kind: str, offering: str) -> None:
    component = Component(ComponentKey(f"resource:{kind}"), kind, kind=ComponentKind.SERVICE)
    assert [match.id for match in catalog.match(component)] == [offering]


def test_a_resource_of_nobody_known_is_nobodys(catalog: Catalog) -> None:
    component = Component(ComponentKey("resource:acme_thing"), "acme_thing", kind=ComponentKind.SERVICE)
    assert catalog.match(component) == ()
