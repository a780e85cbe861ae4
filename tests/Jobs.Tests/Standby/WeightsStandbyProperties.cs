using FsCheck;
using FsCheck.Fluent;

namespace OrleansDiffusion.Jobs.Tests;

/// <summary>Whatever the silos hold and however much is wanted. Names are few and budgets small, so that everything competes.</summary>
public sealed class WeightsStandbyProperties
{
    private static readonly string[] Names = ["m0", "m1", "m2", "m3", "m4"];

    private static readonly Gen<StandbyModel> Models =
        from bytes in Gen.Choose(1, 6)
        from target in Gen.Choose(0, 4)
        from spared in Gen.Choose(0, 40)
        select new StandbyModel("", bytes, target, spared / 4.0);

    private static readonly Gen<Draft> Drafts =
        from disk in Gen.Choose(0, 20)
        from memory in Gen.Choose(0, 10)
        from tiers in Gen.Elements(WeightsTier.None, WeightsTier.None, WeightsTier.Part, WeightsTier.Disk, WeightsTier.Memory).ArrayOf(Names.Length)
        from inUse in Gen.SubListOf(Names)
        from loadable in Gen.SubListOf(Names)
        from now in Gen.SubListOf(Names)
        select new Draft(disk, memory, tiers, inUse.Take(2).ToHashSet(), loadable.ToHashSet(), now.ToHashSet());

    private static readonly Gen<Situation> Situations =
        from models in Models.ArrayOf(Names.Length)
        from drafts in Drafts.ArrayOf()
        let named = models.Select((model, i) => model with { Name = Names[i] }).ToArray()
        select new Situation(named, [.. drafts.Take(4).Select((draft, i) => Node(draft, named, $"s{i}"))]);

    [Fact]
    public void No_budget_is_ever_exceeded() => Properties.Hold(Situations, situation =>
    {
        foreach (var node in situation.Nodes)
        {
            var (orders, weights) = (situation.Orders[node.SiloId], node.Weights);
            var usedBytes = node.InUse.Sum(situation.BytesOf);
            Assert.True(orders.Disk.Sum(situation.BytesOf) <= Math.Max(0, weights.DiskBytes - usedBytes));
            Assert.True(orders.Memory.Sum(situation.BytesOf) <= weights.MemoryBytes);
        }
    });

    [Fact]
    public void Nothing_is_held_where_it_could_not_be_loaded_or_is_in_use_or_beyond_its_target() => Properties.Hold(Situations, situation =>
    {
        foreach (var node in situation.Nodes)
        {
            var orders = situation.Orders[node.SiloId];
            Assert.All(orders.Disk, name => Assert.True(node.MayHold(name)));
            Assert.All(orders.Memory, name => Assert.True(orders.Disk.Contains(name) || node.TierOf(name) == WeightsTier.Memory));
            Assert.Equal(orders.Disk.Distinct(), orders.Disk);
        }

        foreach (var model in situation.Models) Assert.InRange(situation.CountOf(model.Name), 0, model.Target);
    });

    [Fact]
    public void What_was_decided_is_decided_again_once_it_is_done() => Properties.Hold(Situations, situation =>
    {
        Assert.Equal(situation.Orders, situation.Done(keepOthers: true).Orders);
        Assert.Equal(situation.Orders, situation.Done(keepOthers: false).Orders);
    });

    [Fact]
    public void The_order_in_which_silos_and_models_are_told_does_not_matter() => Properties.Hold(Situations, situation =>
        Assert.Equal(situation.Orders, new Situation([.. situation.Models.Reverse()], [.. situation.Nodes.Reverse()]).Orders));

    [Fact]
    public void With_room_everywhere_every_model_is_where_it_may_be_as_often_as_it_shall() => Properties.Hold(Situations, situation =>
    {
        var roomy = situation with
        {
            Nodes = [.. situation.Nodes.Select(node => node with { Weights = node.Weights with { DiskBytes = 1000, MemoryBytes = 1000 } })],
        };
        foreach (var model in roomy.Models)
            Assert.Equal(Math.Min(model.Target, roomy.Nodes.Count(node => node.MayHold(model.Name))), roomy.CountOf(model.Name));
        foreach (var orders in roomy.Orders.Values) Assert.Subset(orders.Memory.ToHashSet(), orders.Disk.ToHashSet());
    });

    [Fact]
    public void A_model_alone_is_never_held_less_for_more_room_more_silos_or_a_higher_target() => Properties.Hold(Situations, situation =>
    {
        var model = situation.Models[0];
        var alone = situation with { Models = [model] };
        var roomier = alone with
        {
            Nodes = [.. alone.Nodes.Select(node => node with { Weights = node.Weights with { DiskBytes = node.Weights.DiskBytes + 3 } })],
        };
        var count = alone.CountOf(model.Name);

        Assert.True(roomier.CountOf(model.Name) >= count);
        Assert.True((alone with { Models = [model with { Target = model.Target + 1 }] }).CountOf(model.Name) >= count);
        if (alone.Nodes.Length > 0) Assert.True((alone with { Nodes = [.. alone.Nodes.Skip(1)] }).CountOf(model.Name) <= count);
    });

    private static StandbyNode Node(Draft draft, StandbyModel[] models, string id) => new()
    {
        SiloId = id,
        Weights = new SiloWeights
        {
            DiskBytes = draft.Disk,
            MemoryBytes = draft.Memory,
            Held =
            [
                .. models.Zip(draft.Tiers).Where(pair => pair.Second > WeightsTier.None)
                    .Select(pair => new HeldWeights(pair.First.Name, pair.First.Bytes, pair.Second)),
            ],
        },
        InUse = draft.InUse,
        Loading = draft.InUse.Take(1).ToHashSet(),
        Loadable = draft.Loadable,
        LoadableNow = draft.LoadableNow,
    };

    private sealed record Draft(
        long Disk, long Memory, WeightsTier[] Tiers, IReadOnlySet<string> InUse, IReadOnlySet<string> Loadable, IReadOnlySet<string> LoadableNow);

    private sealed record Situation(StandbyModel[] Models, StandbyNode[] Nodes)
    {
        public SortedDictionary<string, WeightsOrders> Orders => new(WeightsStandby.Decide(Models, Nodes).ToDictionary(), StringComparer.Ordinal);

        public long BytesOf(string name) => Models.Single(model => model.Name == name).Bytes;

        public int CountOf(string name) => Orders.Values.Count(orders => orders.Disk.Contains(name));

        /// <summary>As the silos report it when they have done what they were told.</summary>
        /// <param name="keepOthers">What nobody asked for may still lie on their disks, or have made room.</param>
        public Situation Done(bool keepOthers) => this with { Nodes = [.. Nodes.Select(node => Done(node, keepOthers))] };

        private StandbyNode Done(StandbyNode node, bool keepOthers)
        {
            var orders = Orders[node.SiloId];
            var held =
                from model in Models
                let tier = orders.Memory.Contains(model.Name) ? WeightsTier.Memory
                    : orders.Disk.Contains(model.Name) ? WeightsTier.Disk
                    : node.InUse.Contains(model.Name) || keepOthers ? Lower(node.TierOf(model.Name)) : WeightsTier.None
                where tier > WeightsTier.None
                select new HeldWeights(model.Name, model.Bytes, tier);
            return node with { Weights = node.Weights with { Held = [.. held] } };
        }

        private static WeightsTier Lower(WeightsTier tier) => tier > WeightsTier.Disk ? WeightsTier.Disk : tier;
    }
}
