using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

/// <summary>Whatever the cluster looks like. Names are few and sizes small, so that everything meets everything.</summary>
public sealed class DevicePlacementProperties
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static readonly Gen<Dictionary<string, string>> Labels =
        from gpu in Gen.Elements("", "", "l4", "h100")
        from zone in Gen.Elements("", "", "eu")
        select new[] { ("gpu", gpu), ("zone", zone) }.Where(label => label.Item2.Length > 0).ToDictionary(label => label.Item1, label => label.Item2);

    private static readonly Gen<DeviceStatus> Devices =
        from provider in Gen.Elements("cpu", "cuda")
        from memory in Gen.Choose(0, 12)
        from reserved in Gen.Choose(0, 6)
        from labels in Labels
        from problem in Gen.Frequency((7, Gen.Constant<string?>(null)), (1, Gen.Constant<string?>("It hangs.")))
        select new DeviceStatus
        {
            SiloId = "", DeviceId = "", Provider = provider, Name = "", MemoryBytes = memory, ReservedBytes = reserved,
            Labels = labels, Problem = problem,
        };

    private static readonly Gen<SiloStatus> Silos =
        from devices in Devices.ArrayOf()
        from seenBefore in Gen.Frequency((5, Gen.Constant(0)), (1, Gen.Constant(11)))
        from isDraining in Gen.Frequency((5, Gen.Constant(false)), (1, Gen.Constant(true)))
        from replicas in Gen.Choose(0, 1)
        select new SiloStatus
        {
            SiloId = "", HostName = "", StartedAt = Examples.Noon, LastSeenAt = Examples.Noon.AddSeconds(-seenBefore), IsDraining = isDraining,
            Devices = [.. devices.Take(3)],
            Replicas = [.. Enumerable.Range(0, replicas).Select(_ => Replica("d0"))],
        };

    private static readonly Gen<DeviceReservation> Reservations =
        from silo in Gen.Choose(0, 3)
        from device in Gen.Choose(0, 2)
        from model in Gen.Elements("sd", "flux", "flux")
        from memory in Gen.Choose(0, 6)
        select new DeviceReservation("", model, $"s{silo}", $"d{device}", memory);

    private static readonly Gen<Situation> Situations =
        from silos in Silos.ArrayOf()
        from reservations in Reservations.ArrayOf()
        from provider in Gen.Elements(null, null, "cpu", "cuda")
        from labels in Labels
        from memory in Gen.Choose(1, 10)
        from tiers in Gen.Elements(Enum.GetValues<WeightsTier>()).ArrayOf(4)
        select new Situation(
            new PlacementRequest("sd", memory, new() { Provider = provider, Labels = labels }, tiers.Index().ToDictionary(at => $"s{at.Index}", at => at.Item)),
            [.. silos.Take(4).Select(Named)],
            [.. reservations.Take(5).Select((reservation, i) => reservation with { ReplicaId = $"r{i}" })]);

    [Fact]
    public void A_chosen_device_meets_everything_and_keeps_within_its_budget() =>
        Properties.Hold(Situations, situation =>
        {
            if (situation.Choose().Device is { } device) Assert.Null(situation.Objection(device));
        });

    [Fact]
    public void Nothing_is_chosen_exactly_when_no_device_will_do_and_then_the_reason_is_told() =>
        Properties.Hold(Situations, situation =>
        {
            var choice = situation.Choose();
            Assert.Equal(situation.Devices.Any(device => situation.Objection(device) is null), choice.Device is not null);
            Assert.Equal(choice.Device is null, !string.IsNullOrEmpty(choice.RefusedBecause));
        });

    [Fact]
    public void The_weights_come_before_the_memory_and_both_before_the_name() =>
        Properties.Hold(Situations, situation =>
        {
            if (situation.Choose().Device is not { } chosen) return;
            var good = situation.Devices.Where(device => situation.Objection(device) is null).ToList();
            var tiers = situation.Request.WeightsAt!;
            Assert.Equal(good.Max(device => tiers[device.SiloId]), tiers[chosen.SiloId]);
            var rivals = good.Where(device => tiers[device.SiloId] == tiers[chosen.SiloId]);
            Assert.Equal(rivals.Max(situation.FreeBytes), situation.FreeBytes(chosen));
        });

    [Fact]
    public void The_order_of_what_is_told_does_not_matter() =>
        Properties.Hold(Situations, situation =>
        {
            var turned = new Situation(
                situation.Request,
                [.. situation.Silos.Reverse().Select(silo => silo with { Devices = [.. silo.Devices.Reverse()] })],
                [.. situation.Reservations.Reverse()]);
            Assert.Equal(situation.Choose(), turned.Choose());
        });

    [Fact]
    public void What_can_be_placed_now_is_not_called_impossible() =>
        Properties.Hold(Situations, situation =>
        {
            var refusal = Admission.ToDevices("sd", situation.Request.MemoryBytes, situation.Request.Needs!, [.. situation.Devices]);
            if (situation.Choose().Device is not null) Assert.Null(refusal);
            var couldEver = situation.Devices.Any(device =>
                situation.Request.Needs!.AreMetBy(device) && situation.Request.MemoryBytes <= device.MemoryBytes);
            Assert.Equal(couldEver || !situation.Devices.Any(), refusal is null);
        });

    private static SiloStatus Named(SiloStatus silo, int index) => silo with
    {
        SiloId = $"s{index}",
        Devices = [.. silo.Devices.Select((device, i) => device with { SiloId = $"s{index}", DeviceId = $"d{i}" })],
    };

    private static ReplicaStatus Replica(string device) =>
        new() { ReplicaId = "sd@v/9", Model = "sd", SiloId = "", DeviceId = device, Phase = ReplicaPhase.Ready, Since = Examples.Noon };

    private sealed record Situation(PlacementRequest Request, SiloStatus[] Silos, DeviceReservation[] Reservations)
    {
        public IEnumerable<DeviceStatus> Devices => Silos.SelectMany(silo => silo.Devices);

        public DeviceChoice Choose() => DevicePlacement.Choose(Request, Silos, Reservations, Examples.Noon, Timeout);

        public long FreeBytes(DeviceStatus device) =>
            device.MemoryBytes - Math.Max(device.ReservedBytes, On(device).Sum(reservation => reservation.MemoryBytes));

        /// <summary>The first thing that speaks against the device, said the slow and obvious way.</summary>
        public string? Objection(DeviceStatus device)
        {
            var silo = Silos.Single(silo => silo.SiloId == device.SiloId);
            if (Examples.Noon - silo.LastSeenAt > Timeout) return "silent";
            if (silo.IsDraining) return "draining";
            if (device.Problem is not null) return "problem";
            if (Request.Needs!.Provider is { } provider && provider != device.Provider) return "provider";
            foreach (var (name, value) in Request.Needs.Labels)
                if (!device.Labels.TryGetValue(name, out var found) || found != value) return name;
            if (On(device).Any(reservation => reservation.Model == Request.Model)
                || silo.Replicas.Any(replica => replica.DeviceId == device.DeviceId)) return "model";
            return FreeBytes(device) < Request.MemoryBytes ? "memory" : null;
        }

        private IEnumerable<DeviceReservation> On(DeviceStatus device) =>
            Reservations.Where(reservation => reservation.SiloId == device.SiloId && reservation.DeviceId == device.DeviceId);
    }
}
