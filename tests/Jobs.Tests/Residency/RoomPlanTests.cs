namespace OrleansDiffusion.Jobs.Tests;

public sealed class RoomPlanTests
{
    private static readonly RoomRequest Demand = new(10, IsForDemand: true);

    [Fact]
    public void The_device_on_which_least_is_lost_is_taken()
    {
        var plan = Choose(Demand, Device("b", 0, ("dear", 10)), Device("a", 0, ("x", 5), ("y", 5)), Device("c", 0, ("busy", 10)));

        Assert.Equal(("a", "x y"), (plan!.Device.DeviceId, string.Join(' ', plan.Leaving)));
    }

    [Fact]
    public void Where_there_is_room_by_now_nobody_leaves()
    {
        var plan = Choose(Demand, Device("a", 0, ("x", 10)), Device("b", 10));

        Assert.Equal(("b", 0), (plan!.Device.DeviceId, plan.Leaving.Count));
    }

    [Fact]
    public void Of_equal_devices_the_first_by_name_is_taken()
    {
        var plan = Choose(Demand, Device("b", 0, ("y", 10)), Device("a", 0, ("x", 10)));

        Assert.Equal("a", plan!.Device.DeviceId);
    }

    [Fact]
    public void Room_is_made_for_what_the_model_needs_on_that_very_device() =>
        Assert.Equal(["x"], Choose(Demand, Device("a", 0, ("x", 5)) with { NeededBytes = 5 })!.Leaving);

    [Fact]
    public void Who_made_no_offer_stays()
    {
        Assert.Null(Choose(Demand, Device("a", 0, ("just ordered", 10))));
        Assert.Null(Choose(Demand, Device("a", 0, ("busy", 10))));
    }

    [Fact]
    public void A_standby_gets_only_what_is_surplus_and_worth_less_than_it()
    {
        RoomCandidate[] candidates = [Device("a", 0, ("promised", 10)), Device("b", 0, ("spare", 10))];

        Assert.Equal("spare", Assert.Single(Choose(new RoomRequest(10, IsForDemand: false, Worth: 3), candidates)!.Leaving));
        Assert.Null(Choose(new RoomRequest(10, IsForDemand: false, Worth: 2), candidates));
    }

    private static RoomPlan? Choose(RoomRequest request, params RoomCandidate[] candidates)
    {
        ReplicaOffer[] offers =
        [
            new("x", ReplicaUse.Standby, 1), new("y", ReplicaUse.Standby, 1), new("dear", ReplicaUse.Standby, 5), new("busy", ReplicaUse.Busy, 0),
            new("promised", ReplicaUse.Standby, 0), new("spare", ReplicaUse.Surplus, 2),
        ];
        return RoomPlan.Choose(candidates, offers.ToDictionary(offer => offer.ReplicaId), request);
    }

    private static RoomCandidate Device(string id, long freeBytes, params (string, long)[] replicas) => new(
        new DeviceStatus { SiloId = "silo", DeviceId = id, Provider = "cpu", Name = id, MemoryBytes = freeBytes + replicas.Sum(replica => replica.Item2) },
        freeBytes,
        replicas);
}
