from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from catalog.api.access import AccessList, AccessOne
from catalog.api.changes import ChangeList
from catalog.api.counts import StoreCompleteness
from catalog.api.datasets import DatasetList, DatasetOne
from catalog.api.docs import Docs
from catalog.api.downloads import DownloadManifest, DownloadScript
from catalog.api.exports import WellsAsCsv, WellsAsNdjson, WellsAsParquet
from catalog.api.facets import FacetList
from catalog.api.findings import FindingList, StoreFindingList, StoreReport
from catalog.api.grid import PlateGrid
from catalog.api.history import DatasetHistory, DatasetHistoryFile
from catalog.api.images import ImageList, ImageOne
from catalog.api.jobs import JobCancel, JobList, JobOne, JobRetry
from catalog.api.keys import KeyList
from catalog.api.ledger import Ledger, LedgerFile
from catalog.api.links import (
    LinksOfField,
    LinksOfImage,
    LinksOfPlate,
    LinksOfStore,
    LinksOfWell,
    TestLinks,
)
from catalog.api.moving import StoreMove
from catalog.api.pictures import FieldPicture, FieldThumbnail, ImagePicture, ImageThumbnail
from catalog.api.plate_map_exports import PlateMapOfDataset, PlateMapOfPlate
from catalog.api.plate_map_files import PlateMapFileContent
from catalog.api.plate_map_rows import PlateMapPlateList, PlateMapRowList, PlateMapRowsFile
from catalog.api.plate_maps import (
    PlateMapApply,
    PlateMapCheck,
    PlateMapList,
    PlateMapOne,
    PlateMapUndo,
)
from catalog.api.plates import PlateList, PlateOne, WellFieldList, WellList, WellOne
from catalog.api.problems import no_such_route
from catalog.api.proposals import (
    ProposalAccept,
    ProposalList,
    ProposalOne,
    ProposalRefuse,
)
from catalog.api.publication import (
    DatasetChecklist,
    DatasetEmbargo,
    DatasetPublish,
    DatasetReview,
    DatasetSendBack,
    DatasetWithdraw,
)
from catalog.api.reconciliation import (
    DatasetReconciliation,
    DatasetReconciliationFile,
    PlateReconciliation,
    PlateReconciliationFile,
    SourceReconciliation,
    SourceReconciliationFile,
)
from catalog.api.root import Root
from catalog.api.saved_queries import SavedQueryList, SavedQueryOne
from catalog.api.shares import Shared, ShareList, ShareOne
from catalog.api.sheets import ContactSheet, ContactSheetMap, StorePreviews
from catalog.api.sources import SourceList, SourceOne, SourceScan
from catalog.api.statistics import PlateStatisticsOne
from catalog.api.store_jobs import (
    StoreCount,
    StoreHarvest,
    StorePreview,
    StoreSeparate,
    StoreValidate,
)
from catalog.api.stores import StoreFieldList, StoreFieldOne, StoreList, StoreOne
from catalog.api.terms import TermList
from catalog.api.tokens import TokenList, TokenOne
from catalog.api.version_diffs import VersionDiff, VersionDiffFile
from catalog.api.versions import VersionFile, VersionList, VersionOne, VersionWithdraw
from catalog.api.wells import WellSearch

app_name = "api"

urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("datasets/", DatasetList.as_view(), name="datasets"),
    path("datasets/<str:dataset_id>/", DatasetOne.as_view(), name="dataset"),
    path("datasets/<str:dataset_id>/access/", AccessList.as_view(), name="dataset-access"),
    path(
        "datasets/<str:dataset_id>/access/<str:access_id>/",
        AccessOne.as_view(),
        name="dataset-access-one",
    ),
    path("datasets/<str:dataset_id>/history/", DatasetHistory.as_view(), name="dataset-history"),
    path(
        "datasets/<str:dataset_id>/history.csv",
        DatasetHistoryFile.as_view(),
        name="dataset-history-csv",
    ),
    path(
        "datasets/<str:dataset_id>/platemap.csv",
        PlateMapOfDataset.as_view(),
        name="dataset-platemap",
    ),
    path(
        "datasets/<str:dataset_id>/reconciliation/",
        DatasetReconciliation.as_view(),
        name="dataset-reconciliation",
    ),
    path(
        "datasets/<str:dataset_id>/reconciliation.csv",
        DatasetReconciliationFile.as_view(),
        name="dataset-reconciliation-csv",
    ),
    path(
        "datasets/<str:dataset_id>/checklist/",
        DatasetChecklist.as_view(),
        name="dataset-checklist",
    ),
    path("datasets/<str:dataset_id>/review/", DatasetReview.as_view(), name="dataset-review"),
    path(
        "datasets/<str:dataset_id>/send-back/",
        DatasetSendBack.as_view(),
        name="dataset-send-back",
    ),
    path("datasets/<str:dataset_id>/publish/", DatasetPublish.as_view(), name="dataset-publish"),
    path("datasets/<str:dataset_id>/withdraw/", DatasetWithdraw.as_view(), name="dataset-withdraw"),
    path("datasets/<str:dataset_id>/embargo/", DatasetEmbargo.as_view(), name="dataset-embargo"),
    path("datasets/<str:dataset_id>/versions/", VersionList.as_view(), name="dataset-versions"),
    path(
        "datasets/<str:dataset_id>/versions/<str:version_number>/",
        VersionOne.as_view(),
        name="dataset-version",
    ),
    path(
        "datasets/<str:dataset_id>/versions/<str:version_number>/files/<str:file_name>",
        VersionFile.as_view(),
        name="dataset-version-file",
    ),
    path(
        "datasets/<str:dataset_id>/versions/<str:version_number>/diff/",
        VersionDiff.as_view(),
        name="dataset-version-diff",
    ),
    path(
        "datasets/<str:dataset_id>/versions/<str:version_number>/diff.csv",
        VersionDiffFile.as_view(),
        name="dataset-version-diff-csv",
    ),
    path(
        "datasets/<str:dataset_id>/versions/<str:version_number>/withdraw/",
        VersionWithdraw.as_view(),
        name="dataset-version-withdraw",
    ),
    path("stores/", StoreList.as_view(), name="stores"),
    path("stores/<str:store_id>/", StoreOne.as_view(), name="store"),
    path("stores/<str:store_id>/fields/", StoreFieldList.as_view(), name="store-fields"),
    path(
        "stores/<str:store_id>/fields/<path:path>/links/",
        LinksOfField.as_view(),
        name="field-links",
    ),
    path("stores/<str:store_id>/links/", LinksOfStore.as_view(), name="store-links"),
    path("stores/<str:store_id>/test-links/", TestLinks.as_view(), name="store-test-links"),
    path("stores/<str:store_id>/fields/<path:path>/", StoreFieldOne.as_view(), name="store-field"),
    path(
        "stores/<str:store_id>/fields/<path:path>/thumbnail",
        FieldThumbnail.as_view(),
        name="store-field-thumbnail",
    ),
    path(
        "stores/<str:store_id>/fields/<path:path>/picture",
        FieldPicture.as_view(),
        name="store-field-picture",
    ),
    path("stores/<str:store_id>/previews/", StorePreviews.as_view(), name="store-previews"),
    path("stores/<str:store_id>/preview/", StorePreview.as_view(), name="store-preview"),
    path("stores/<str:store_id>/findings/", StoreFindingList.as_view(), name="store-findings"),
    path("stores/<str:store_id>/report.<str:form>", StoreReport.as_view(), name="store-report"),
    path("stores/<str:store_id>/validate/", StoreValidate.as_view(), name="store-validate"),
    path("stores/<str:store_id>/harvest/", StoreHarvest.as_view(), name="store-harvest"),
    path("stores/<str:store_id>/separate/", StoreSeparate.as_view(), name="store-separate"),
    path("stores/<str:store_id>/move/", StoreMove.as_view(), name="store-move"),
    path("stores/<str:store_id>/count/", StoreCount.as_view(), name="store-count"),
    path(
        "stores/<str:store_id>/completeness/",
        StoreCompleteness.as_view(),
        name="store-completeness",
    ),
    path("ledger/", Ledger.as_view(), name="ledger"),
    path("ledger.csv", LedgerFile.as_view(), name="ledger-csv"),
    path("findings/", FindingList.as_view(), name="findings"),
    path("plates/", PlateList.as_view(), name="plates"),
    path("plates/<str:plate_id>/", PlateOne.as_view(), name="plate"),
    path("plates/<str:plate_id>/grid/", PlateGrid.as_view(), name="plate-grid"),
    path("plates/<str:plate_id>/platemap.csv", PlateMapOfPlate.as_view(), name="plate-platemap"),
    path("plates/<str:plate_id>/links/", LinksOfPlate.as_view(), name="plate-links"),
    path(
        "plates/<str:plate_id>/contact-sheet",
        ContactSheet.as_view(),
        name="plate-contact-sheet",
    ),
    path(
        "plates/<str:plate_id>/contact-sheet.json",
        ContactSheetMap.as_view(),
        name="plate-contact-sheet-json",
    ),
    path(
        "plates/<str:plate_id>/statistics/",
        PlateStatisticsOne.as_view(),
        name="plate-statistics",
    ),
    path("plates/<str:plate_id>/wells/", WellList.as_view(), name="plate-wells"),
    path(
        "plates/<str:plate_id>/reconciliation/",
        PlateReconciliation.as_view(),
        name="plate-reconciliation",
    ),
    path(
        "plates/<str:plate_id>/reconciliation.csv",
        PlateReconciliationFile.as_view(),
        name="plate-reconciliation-csv",
    ),
    # A label that is no grid address may hold a slash, as the path of its well does.
    path(
        "plates/<str:plate_id>/wells/<path:label>/fields/",
        WellFieldList.as_view(),
        name="well-fields",
    ),
    path(
        "plates/<str:plate_id>/wells/<path:label>/links/",
        LinksOfWell.as_view(),
        name="well-links",
    ),
    path("plates/<str:plate_id>/wells/<path:label>/", WellOne.as_view(), name="well"),
    path("facets/", FacetList.as_view(), name="facets"),
    path("keys/", KeyList.as_view(), name="keys"),
    path("terms/", TermList.as_view(), name="terms"),
    path("wells/", WellSearch.as_view(), name="wells"),
    path("export/wells.csv", WellsAsCsv.as_view(), name="export-wells-csv"),
    path("export/wells.parquet", WellsAsParquet.as_view(), name="export-wells-parquet"),
    path("export/wells.ndjson", WellsAsNdjson.as_view(), name="export-wells-ndjson"),
    path("export/download.json", DownloadManifest.as_view(), name="download-json"),
    path("export/download.sh", DownloadScript.as_view(), name="download-sh"),
    path("queries/", SavedQueryList.as_view(), name="queries"),
    path("queries/<str:query_token>/", SavedQueryOne.as_view(), name="query"),
    path("images/", ImageList.as_view(), name="images"),
    path("images/<str:image_id>/", ImageOne.as_view(), name="image"),
    path("images/<str:image_id>/links/", LinksOfImage.as_view(), name="image-links"),
    path("shares/", ShareList.as_view(), name="shares"),
    path("shares/<str:share_id>/", ShareOne.as_view(), name="share"),
    path("shared/<str:token>/", Shared.as_view(), name="shared"),
    path("images/<str:image_id>/thumbnail", ImageThumbnail.as_view(), name="image-thumbnail"),
    path("images/<str:image_id>/picture", ImagePicture.as_view(), name="image-picture"),
    path("sources/", SourceList.as_view(), name="sources"),
    path("sources/<str:source_id>/", SourceOne.as_view(), name="source"),
    path("sources/<str:source_id>/scan/", SourceScan.as_view(), name="source-scan"),
    path(
        "sources/<str:source_id>/reconciliation/",
        SourceReconciliation.as_view(),
        name="source-reconciliation",
    ),
    path(
        "sources/<str:source_id>/reconciliation.csv",
        SourceReconciliationFile.as_view(),
        name="source-reconciliation-csv",
    ),
    path("platemaps/", PlateMapList.as_view(), name="platemaps"),
    path("platemaps/<str:plate_map_id>/", PlateMapOne.as_view(), name="platemap"),
    path("platemaps/<str:plate_map_id>/check/", PlateMapCheck.as_view(), name="platemap-check"),
    path("platemaps/<str:plate_map_id>/apply/", PlateMapApply.as_view(), name="platemap-apply"),
    path("platemaps/<str:plate_map_id>/undo/", PlateMapUndo.as_view(), name="platemap-undo"),
    path("platemaps/<str:plate_map_id>/rows/", PlateMapRowList.as_view(), name="platemap-rows"),
    path(
        "platemaps/<str:plate_map_id>/rows.csv",
        PlateMapRowsFile.as_view(),
        name="platemap-rows-csv",
    ),
    path(
        "platemaps/<str:plate_map_id>/plates/",
        PlateMapPlateList.as_view(),
        name="platemap-plates",
    ),
    path(
        "platemaps/<str:plate_map_id>/files/<str:number>/",
        PlateMapFileContent.as_view(),
        name="platemap-file",
    ),
    path("proposals/", ProposalList.as_view(), name="proposals"),
    path("proposals/<str:proposal_id>/", ProposalOne.as_view(), name="proposal"),
    path("proposals/<str:proposal_id>/accept/", ProposalAccept.as_view(), name="proposal-accept"),
    path("proposals/<str:proposal_id>/refuse/", ProposalRefuse.as_view(), name="proposal-refuse"),
    path("changes/", ChangeList.as_view(), name="changes"),
    path("jobs/", JobList.as_view(), name="jobs"),
    path("jobs/<str:job_id>/", JobOne.as_view(), name="job"),
    path("jobs/<str:job_id>/cancel/", JobCancel.as_view(), name="job-cancel"),
    path("jobs/<str:job_id>/retry/", JobRetry.as_view(), name="job-retry"),
    path("tokens/", TokenList.as_view(), name="tokens"),
    path("tokens/<str:token_id>/", TokenOne.as_view(), name="token"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    re_path("", no_such_route),
]
