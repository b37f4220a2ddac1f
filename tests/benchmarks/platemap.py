"""x"""
import os
import time
from pathlib import Path

from django.db import connection

from plates.models import Carrier, Plate, PlateMap
from plates.services.apply_plate_map import apply_rows
from plates.services.undo_plate_map import undo_rows
from tests.benchmarks.measuring import peak_mib, tell
from tests.benchmarks.platemap_rows import keys, long_rows, mapping

N=int(os.environ.get("N","100"))
GT=[0,0,0.0]
def G(phase, info):
    if phase=='start': GT[0]=time.process_time()
    else:
        GT[1]+=1; GT[2]+=time.process_time()-GT[0]
def run(folder: Path) -> None:
    carriers = Carrier.objects.bulk_create([Carrier(kind="plate", scope=1, positions=384) for _ in range(N)])
    Plate.objects.bulk_create([Plate(scope=1, carrier=c, name=f"BR{n:08d}", rows=16, columns=24) for n,c in enumerate(carriers)])
    t=time.perf_counter(); n=sum(1 for _ in long_rows(N)); d=time.perf_counter()-t
    tell(f"generate {n} {n/d:.0f}/s peak {peak_mib():.0f}")
    pm = PlateMap.objects.create(scope=1, digest="x")
    import cProfile
    import pstats
    pr=cProfile.Profile() if os.environ.get("PROF") else None
    if os.environ.get("INST"):
        import sys; sys.path.insert(0,"/tmp"); import inst
    t=time.perf_counter(); c0=time.process_time(); import gc; gc.callbacks.append(G)
    if pr: pr.enable()
    a=apply_rows(plate_map=pm, mapping=mapping(), rows=long_rows(N), keys=keys())
    if pr: pr.disable(); pstats.Stats(pr).sort_stats("tottime").print_stats(25)
    d=time.perf_counter()-t
    tell(f"cpu {time.process_time()-c0:.1f} gc {GT}")
    if os.environ.get("INST"): inst.report()
    tell(f"apply {a.placed} {d:.1f}s {n/d:.0f}/s peak {peak_mib():.0f} {a.verdicts}")
    with connection.cursor() as c:
        for m in ("annotationrow","term","layer","mask","quantity","carrierlayer","carrierterm","readout"):
            c.execute(f"select count(*), pg_total_relation_size('plates_{m}')/1e6 from plates_{m}"); tell(f"{m} {c.fetchone()}")
    t=time.perf_counter()
    undo_rows(plate_map=pm); tell(f"undo {time.perf_counter()-t:.1f}")
